"""What people type becomes terms, what is printed reads the same, and what cannot be meant is named."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from helpdesk.tickets.criteria import FIELDS, BadQuery, Query, Term, parse, together
from helpdesk.tickets.criteria.known import Takes
from helpdesk.tickets.criteria.parsing import MOST_DEPTH, MOST_TERMS, MOST_WORDS
from helpdesk.tickets.criteria.reading import MOST_VALUES
from helpdesk.tickets.criteria.terms import Part, all_of, any_of

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12)
NAMES = TEXT.map(str.strip).filter(bool)
SPANS = st.from_regex(r"[1-9][0-9]{0,3}[mhdw]", fullmatch=True)
DAYS = st.dates(date(1900, 1, 1), date(2999, 12, 31))
POINTS = st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT10:33Z"]).flatmap(
    lambda pattern: DAYS.map(lambda day: day.strftime(pattern))
)
RANGES = st.tuples(DAYS, DAYS).filter(lambda two: two[0] < two[1]).map(lambda two: f"{two[0]}..{two[1]}")
WHENS = SPANS | POINTS | RANGES
PIECES = ["(", ")", "-(", "OR", "AND", "a", "-b", '"', "in:title", "is:open", "x:"]
TRICKY = st.sampled_from(
    ["OR", "AND", "or", "(", ")", "a)b", "-", "--", '"', "\\", "status:open", "x<y", "é:1"]
)


def values_of(name: str, operator: str) -> st.SearchStrategy[str]:
    field = FIELDS[name]
    if field.choices:
        return st.sampled_from(field.choices)
    return WHENS.filter(lambda value: field.fits(operator, value)) if field.takes is Takes.MOMENT else NAMES


@st.composite
def terms(draw: st.DrawFn) -> Term:
    if draw(st.booleans()):
        word = draw(TEXT.filter(str.strip) | TRICKY)
        return Term("", (word,), is_negated=draw(st.booleans()))
    name = draw(st.sampled_from(list(FIELDS)))
    operator = draw(st.sampled_from(FIELDS[name].operators))
    values = draw(st.lists(values_of(name, operator), min_size=1, max_size=3, unique=True))
    return Term(name, tuple(values), operator, FIELDS[name].can_be_negated and draw(st.booleans()))


@st.composite
def queries(draw: st.DrawFn, depth: int = 0) -> Query:
    """Made as reading makes them, out of terms, groups and groups within groups."""
    alternatives = []
    for _ in range(draw(st.integers(1, 2))):
        parts: list[Part] = []
        for _ in range(draw(st.integers(1, 2))):
            if depth < 3 and draw(st.integers(0, 3)) == 0:
                parts.extend(any_of([draw(queries(depth + 1))], is_negated=draw(st.booleans())))
            else:
                parts.append(draw(terms()))
        alternatives.append(all_of(parts))
    return all_of(any_of(alternatives))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(queries())
def test_what_is_printed_reads_the_same(query: Query) -> None:
    words = sum(not term.field for term in query.all_terms)
    assume(words <= MOST_WORDS and len(query.all_terms) <= MOST_TERMS)

    assert parse(str(query)) == query


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(queries(), min_size=2, max_size=3))
def test_texts_asked_together_all_hold(found: list[Query]) -> None:
    every = [term for query in found for term in query.all_terms]
    assume(sum(not term.field for term in every) <= MOST_WORDS and len(every) <= MOST_TERMS)

    together_read = parse(together(map(str, found)))

    assert Counter(together_read.all_terms) == Counter(every)
    for query in found:
        assert query.choice is None or query.choice in together_read.parts


@given(
    st.text()
    | st.text('ab:<>-", \\status()').map(lambda text: f"{text} status:open")
    | st.lists(st.sampled_from(PIECES)).map(" ".join)
)
def test_any_text_is_a_query_or_is_refused_with_a_word(text: str) -> None:
    refused = None
    try:
        query = parse(text)
    except BadQuery as bad:
        query, refused = bad.good, bad
    assert parse(str(query)) == query
    assert refused is None or 0 <= refused.start <= refused.end <= len(text)


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
        ('12:30 5" "x<y" "(a)" f(x)', '12:30 5" "x<y" "(a)" "f(x)"'),
        ("a AND b", "a b"),
        ("a b OR c", "a b OR c"),
        ("(a b) OR (c)", "a b OR c"),
        ("((a OR b)) OR c", "a OR b OR c"),
        ("a (b OR c)", "a (b OR c)"),
        ("a (b c)", "a b c"),
        ("-(a)", "-a"),
        ("-(-(a b))", "a b"),
        ("-(a b)", "-(a b)"),
        ("-(a OR -b)", "-(a OR -b)"),
        ("a(b OR c", '"a(b" OR c'),
        ('"OR" or "AND"', '"OR" or "AND"'),
        ("team:a(b),c", 'team:"a(b)",c'),
        ("(status:open) (team:x)", "status:open team:x"),
        ("priority>=High priority<urg", "priority>=high priority<urgent"),
        ("requester:*@acme.example", "requester:*@acme.example"),
        ("in:title (a in:comments,notes) b", "in:title (a in:comments,notes) b"),
        ("(a in:title) OR b", "a in:title OR b"),
        ("via:walk-in has:att due<2D", "via:walk_in has:attachment due<2d"),
        ('"status:open"', '"status:open"'),
        ("", ""),
    ],
)
def test_spelling_is_lenient_and_printing_is_not(typed: str, printed: str) -> None:
    assert str(parse(typed)) == printed


@pytest.mark.parametrize(
    "typed, sentence, good",
    [
        ("printer [statsu:]open", "There is nothing called “statsu:”. Did you mean “status:”?", "printer"),
        ("[https:]//x.example fire", "There is nothing called “https:”. Known are", "fire"),
        ("[updatd<]7d", "There is nothing called “updatd<”. Did you mean “updated<”?", ""),
        ("[größe:]xl", "There is nothing called “größe:”.", ""),
        ("-[foo-bar>=]1 x", "There is nothing called “foo-bar>=”.", "x"),
        ("status:[opne] tag:vip", "“opne” cannot follow “status”. Did you mean “status:open”?", "tag:vip"),
        ("status:open,[opne]", "“opne” cannot follow “status”. Did you mean “status:open”?", ""),
        ("in:[titel] a", "“titel” cannot follow “in”. Did you mean “in:title”?", "a"),
        ("[priority:]", "A value is missing after “priority”. Write it like this: priority:high,urgent", ""),
        ("created:[7d]", "“created:7d” cannot be read. Write it like this: created>7d", ""),
        ("created>=[7d]", "“created>=7d” cannot be read. Write it like this: created>7d", ""),
        ("created<[2026..2027]", "“created<2026..2027” cannot be read.", ""),
        ("created:[2026-02-30]", "“2026-02-30” cannot follow “created”.", ""),
        ("created:[2026-02..2026-01]", "“2026-02..2026-01” cannot follow “created”.", ""),
        ("created:[3000]", "“3000” cannot follow “created”.", ""),
        ("hour:[24] weekday:x", "“24” cannot follow “hour”.", ""),
        ("created>[soon]", "“soon” cannot follow “created”. It is written like this: created>7d", ""),
        ("[status>open]", "“status>” cannot be read.", ""),
        ("[-in:title] a", "“-” cannot stand before “in:”.", "a"),
        ("a [OR]", "Something is missing after OR.", "a"),
        ("a OR [OR] b", "Something is missing before OR.", "a OR b"),
        ("[OR] b", "Something is missing before OR.", "b"),
        ("a ([OR] b)", "Something is missing before OR.", "a b"),
        ("a [(]b OR c", "This bracket is never closed.", "a (b OR c)"),
        ("a b[)] c", "This bracket closes nothing.", "a b c"),
        ("a [(])", "There is nothing between these brackets.", "a"),
    ],
)
def test_what_cannot_be_meant_is_named_and_pointed_at(typed: str, sentence: str, good: str) -> None:
    with pytest.raises(BadQuery) as refused:
        parse(typed.replace("[", "").replace("]", ""))

    bad = refused.value
    assert sentence in bad.sentence
    assert (bad.start, bad.end) == (typed.index("["), typed.index("]") - 1)
    assert str(bad.good) == good


@pytest.mark.parametrize(
    "typed, better",
    [
        ("printer statsu:open", "printer status:open"),
        ("-updatd<7d", "-updated<7d"),
        ("a OR (status:opne OR b)", "a OR (status:open OR b)"),
        ("https://x.example", None),
        ("created:7d", None),
    ],
)
def test_what_was_probably_meant_can_be_put_in_its_place(typed: str, better: str | None) -> None:
    with pytest.raises(BadQuery) as refused:
        parse(typed)

    bad = refused.value
    assert (typed[: bad.start] + bad.instead + typed[bad.end :] if bad.instead else None) == better


@pytest.mark.parametrize(
    "typed, sentence, good",
    [
        ("a " * 9, f"at most {MOST_WORDS} words and {MOST_TERMS} terms", " ".join("a" * MOST_WORDS)),
        ("x (" + "a OR " * 8 + "b)", "at most", "x (" + " OR ".join("a" * (MOST_WORDS - 1)) + ")"),
        ("is:open " * 21, "at most", " ".join(["is:open"] * MOST_TERMS)),
        ("tag:" + ",".join(map(str, range(MOST_VALUES + 1))), f"at most {MOST_VALUES} values", ""),
        ("(" * 9 + "a" + ")" * 9, f"no deeper than {MOST_DEPTH}", ""),
        ("-(a " * 5_000, f"no deeper than {MOST_DEPTH}", ""),
        ("(" * 50_000, f"no deeper than {MOST_DEPTH}", ""),
    ],
)
def test_too_much_at_once_is_refused(typed: str, sentence: str, good: str) -> None:
    with pytest.raises(BadQuery) as refused:
        parse(typed)

    assert sentence in refused.value.sentence
    assert str(refused.value.good) == good


def test_a_single_beginning_is_enough_and_one_of_two_is_not() -> None:
    assert str(parse("status:r,c")) == "status:resolved,closed"


def test_what_may_be_marked_is_what_was_sought() -> None:
    query = parse(
        'printer -water ("on fire" OR -smoke OR (in:title Fire printer)) -(coffee OR tea) status:open'
    )

    assert query.sought == ("printer", "on fire", "Fire")


@pytest.mark.parametrize(
    "texts, asked",
    [
        (["status:open", "a OR b"], "status:open (a OR b)"),
        (["a OR b"], "a OR b"),
        (["", " ", "a OR b"], "a OR b"),
        (["tag:x", "(a OR b)"], "tag:x (a OR b)"),
        (["tag:x", "-(a OR b)"], "tag:x -(a OR b)"),
        (["tag:x", "a OR statsu:open"], "tag:x a OR statsu:open"),
    ],
)
def test_what_is_asked_together_keeps_its_brackets(texts: list[str], asked: str) -> None:
    assert together(texts) == asked


def test_terms_are_put_in_and_taken_out() -> None:
    query = parse("status:open -status:closed tag:a printer")

    replaced = query.with_term(Term("status", ("resolved",)))

    assert str(replaced) == "-status:closed tag:a printer status:resolved"
    assert str(query.without(Term("tag", ("a",)))) == "status:open -status:closed printer"
    assert str(query.words) == "printer"
    assert str(parse("status:open (a OR b) -(c d)").words) == "(a OR b) -(c d)"
