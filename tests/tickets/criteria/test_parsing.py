"""What people type becomes terms, what is printed reads the same, and what cannot be meant is named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.tickets.criteria import FIELDS, BadQuery, Query, Term, parse
from helpdesk.tickets.criteria.parsing import MOST_TERMS, MOST_WORDS

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12)
NAMES = TEXT.map(str.strip).filter(bool)
SPANS = st.from_regex(r"[1-9][0-9]{0,3}[mhdw]", fullmatch=True)
DAYS = st.dates(date(1900, 1, 1), date(2999, 12, 31))
POINTS = st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT10:33Z"]).flatmap(
    lambda pattern: DAYS.map(lambda day: day.strftime(pattern))
)
RANGES = st.tuples(DAYS, DAYS).filter(lambda two: two[0] < two[1]).map(lambda two: f"{two[0]}..{two[1]}")
WHENS = SPANS | POINTS | RANGES


def values_of(name: str, operator: str) -> st.SearchStrategy[str]:
    field = FIELDS[name]
    if field.choices:
        return st.sampled_from(field.choices)
    return WHENS.filter(lambda value: field.fits(operator, value)) if len(field.operators) > 1 else NAMES


@st.composite
def terms(draw: st.DrawFn) -> Term:
    if draw(st.booleans()):
        return Term("", (draw(TEXT.filter(str.strip)),), is_negated=draw(st.booleans()))
    name = draw(st.sampled_from(list(FIELDS)))
    operator = draw(st.sampled_from(FIELDS[name].operators))
    values = draw(st.lists(values_of(name, operator), min_size=1, max_size=3, unique=True))
    return Term(name, tuple(values), operator, draw(st.booleans()))


@given(st.lists(terms(), max_size=MOST_WORDS))
def test_what_is_printed_reads_the_same(found: list[Term]) -> None:
    query = Query(tuple(found))

    assert parse(str(query)) == query


@given(st.text() | st.text('ab:<>-", \\status').map(lambda text: f"{text} status:open"))
def test_any_text_is_a_query_or_is_refused_with_a_word(text: str) -> None:
    try:
        query = parse(text)
    except BadQuery as bad:
        query = bad.good
    assert parse(str(query)) == query


@pytest.mark.parametrize(
    "typed, printed",
    [
        ("Status:OPEN", "status:open"),
        ("status:in-progress", "status:in_progress"),
        ('status:"Waiting on customer",closed', "status:waiting_on_customer,closed"),
        ("status:wait", "status:waiting_on_customer"),
        ("organization:Acme", "org:Acme"),
        ('  org:"Acme Inc"   printer ', 'org:"Acme Inc" printer'),
        ("age>07d", "created>7d"),
        ("created:2026-01-01..2026-01-31", "created:2026-01-01..2026-01-31"),
        ("resolved>=2026-01 responded<2026", "resolved>=2026-01 responded<2026"),
        ("created:2026-11-22t10:33z..2026-11-23", "created:2026-11-22T10:33Z..2026-11-23"),
        ("created:2026-01..2026-01", "created:2026-01"),
        ("hour:09,9,22 weekday:Mo", "hour:9,22 weekday:mon"),
        ("is:unansw", "is:unanswered"),
        ("-tag:spam", "-tag:spam"),
        ('"on fire" -"no smoke"', '"on fire" -"no smoke"'),
        ('"unfinished', "unfinished"),
        ('12:30 5" x<y (a)', '12:30 5" "x<y" (a)'),
        ('"status:open"', '"status:open"'),
        ("", ""),
    ],
)
def test_spelling_is_lenient_and_printing_is_not(typed: str, printed: str) -> None:
    assert str(parse(typed)) == printed


@pytest.mark.parametrize(
    "typed, sentence, good",
    [
        ("printer statsu:open", "There is nothing called “statsu:”. Did you mean “status:”?", "printer"),
        ("https://x.example fire", "There is nothing called “https:”. Known are", "fire"),
        ("status:opne tag:vip", "“opne” cannot follow “status”. Did you mean “status:open”?", "tag:vip"),
        ("status:r,c", "", "status:resolved,closed"),
        ("priority:", "A value is missing after “priority”. Write it like this: priority:low", ""),
        ("created:7d", "“created:7d” cannot be read. Write it like this: created>7d", ""),
        ("created>=7d", "“created>=7d” cannot be read. Write it like this: created>7d", ""),
        ("created<2026..2027", "“created<2026..2027” cannot be read.", ""),
        ("created:2026-02-30", "“2026-02-30” cannot follow “created”.", ""),
        ("created:2026-02..2026-01", "“2026-02..2026-01” cannot follow “created”.", ""),
        ("created:3000", "“3000” cannot follow “created”.", ""),
        ("hour:24 weekday:x", "“24” cannot follow “hour”.", ""),
        ("created>soon", "“soon” cannot follow “created”. It is written like this: created>7d", ""),
        ("status>open", "“status>open” cannot be read.", ""),
        ("a " * 9, f"at most {MOST_WORDS} words and {MOST_TERMS} terms", " ".join("a" * MOST_WORDS)),
    ],
)
def test_what_cannot_be_meant_is_named_with_what_can(typed: str, sentence: str, good: str) -> None:
    if not sentence:
        assert str(parse(typed)) == good
        return
    with pytest.raises(BadQuery) as refused:
        parse(typed)

    assert sentence in refused.value.sentence
    assert str(refused.value.good) == good


def test_terms_are_put_in_and_taken_out() -> None:
    query = parse("status:open -status:closed tag:a printer")

    replaced = query.with_term(Term("status", ("resolved",)))

    assert str(replaced) == "-status:closed tag:a printer status:resolved"
    assert str(query.without(Term("tag", ("a",)))) == "status:open -status:closed printer"
    assert str(query.words) == "printer"
