"""From text to a query: what people type is read leniently, and what cannot be meant is named with what could."""

import re

from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.criteria.known import ALIASES, FIELDS, Field, nearest
from helpdesk.tickets.criteria.terms import Query, Term

MOST_TERMS = 20
MOST_WORDS = 8

_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|\\?$)'
_VALUE = rf'(?:{_QUOTED}|[^\s,"][^\s,]*)'
_VALUES = rf"(?:{_VALUE}|,)*"
_TOKEN = re.compile(
    rf"""
    (?P<minus>-(?=\S))?
    (?: (?P<field>[A-Za-z_]+)(?P<operator>[<>]=|[:<>]) (?P<values>{_VALUES})
      | (?P<word>{_QUOTED}|\S+) )
    """,
    re.VERBOSE | re.DOTALL,
)


class BadQuery(Unwelcome):
    """A query that cannot be understood; `good` is the part that can."""

    def __init__(self, sentence: str, good: Query) -> None:
        super().__init__(sentence)
        self.good = good


class _Misread(Exception):
    """Why one token is no term."""


def parse(text: str) -> Query:
    """The query somebody typed. Raises BadQuery, naming the first word that cannot be meant."""
    terms: list[Term] = []
    trouble: list[str] = []
    for token in _TOKEN.finditer(text.replace("\x00", " ")):
        try:
            term = _term(token)
        except _Misread as misread:
            trouble.append(str(misread))
        else:
            terms.extend(() if term is None else (term,))
    if len(terms) > MOST_TERMS or sum(not term.field for term in terms) > MOST_WORDS:
        trouble.append(
            f"That is too much at once: at most {MOST_WORDS} words and {MOST_TERMS} terms. Leave some out."
        )
        terms = _the_first(terms)
    if trouble:
        raise BadQuery(trouble[0], Query(tuple(terms)))
    return Query(tuple(terms))


def _the_first(terms: list[Term]) -> list[Term]:
    words = [term for term in terms if not term.field][:MOST_WORDS]
    return [term for term in terms if term.field or any(term is word for word in words)][:MOST_TERMS]


def _term(token: re.Match[str]) -> Term | None:
    is_negated = token["minus"] is not None
    if token["field"] is None:
        word = _unquoted(token["word"])
        return Term("", (word,), is_negated=is_negated) if word.strip() else None
    name = token["field"].lower()
    field = FIELDS.get(ALIASES.get(name, name))
    if field is None:
        if token["operator"] == ":":
            raise _Misread(_unknown_field(token["field"]))
        return Term("", (token[0].removeprefix("-" if is_negated else ""),), is_negated=is_negated)
    if token["operator"] not in field.operators:
        raise _Misread(f"“{token[0]}” cannot be read. Write it like this: {field.hint}.")
    typed = (_unquoted(value).strip() for value in re.findall(_VALUE, token["values"], re.DOTALL))
    values = tuple(dict.fromkeys(_spelled(field, token["operator"], value) for value in typed if value))
    if not values:
        raise _Misread(f"A value is missing after “{field.name}”. Write it like this: {field.hint}.")
    return Term(field.name, values, token["operator"], is_negated)


def _spelled(field: Field, operator: str, value: str) -> str:
    try:
        spelled = field.canonical(value)
    except ValueError:
        guess = nearest(value.replace(" ", "_"), field.choices)
        meant = f" Did you mean “{field.name}:{guess}”?" if guess else ""
        raise _Misread(
            f"“{value}” cannot follow “{field.name}”.{meant} It is written like this: {field.hint}."
        ) from None
    if not field.fits(operator, spelled):
        raise _Misread(f"“{field.name}{operator}{value}” cannot be read. Write it like this: {field.hint}.")
    return spelled


def _unknown_field(name: str) -> str:
    guess = nearest(name, tuple(FIELDS))
    meant = f"Did you mean “{guess}:”?" if guess else f"Known are {', '.join(FIELDS)}."
    return f"There is nothing called “{name}:”. {meant} In quotation marks it is searched as text."


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    inside = text[1:]
    if re.fullmatch(r'(?:[^"\\]|\\.)*"', inside, re.DOTALL):
        inside = inside[:-1]
    return re.sub(r"\\(.)", r"\1", inside, flags=re.DOTALL)
