"""What can follow what somebody has typed of a query so far: fields, signs, values, and the names there are."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.tickets.criteria.known import ALIASES, FIELDS, Field, Takes
from helpdesk.tickets.criteria.offers import MOST, names_like
from helpdesk.tickets.criteria.terms import quoted
from helpdesk.tickets.criteria.tokens import Sign, Token, tokens

FEWEST = 2
"""Letters of a word before fields are proposed for their values: before, nearly all of them would be."""


class Kind(StrEnum):
    """What a completion is."""

    FIELD = "field"
    OPERATOR = "operator"
    VALUE = "value"
    PERSON = "person"
    TEAM = "team"
    TAG = "tag"
    ORGANIZATION = "organization"


KINDS = {
    Takes.PERSON: Kind.PERSON,
    Takes.AGENT: Kind.PERSON,
    Takes.TEAM: Kind.TEAM,
    Takes.TAG: Kind.TAG,
    Takes.ORGANIZATION: Kind.ORGANIZATION,
}


@dataclass(frozen=True, slots=True)
class Completion:
    """`insert` takes the place of text[start:end]. `label` says what it is: a name as people wrote it, or the name of
    a field or value in the language itself (pages have their own words for those).
    """

    insert: str
    label: str
    kind: Kind
    start: int
    end: int


def completions(text: str, caret: int, user: User) -> Sequence[Completion]:
    """What may stand at the caret of a text, the likeliest first; nothing where only words can stand.

    Costs one statement where the value of a field is a person, a team, a tag or an organization; none otherwise.
    """
    typed = text[: max(caret, 0)].replace("\x00", " ")
    token = _unfinished(typed)
    if token is None or token.sign is not Sign.TERM:
        return ()
    if token.field:
        return tuple(_values(token, typed, user))[:MOST]
    return tuple(_fields(token, typed))[:MOST]


def _unfinished(typed: str) -> Token | None:
    """The piece of text that the caret stands in or right behind."""
    last = next(iter(deque(tokens(typed), maxlen=1)), None)
    return last if last is not None and last.end == len(typed) else None


def _fields(token: Token, typed: str) -> Iterator[Completion]:
    """Fields whose name begins so, and fixed values that do, with their field."""
    word = token.values[0]
    begun = word.text.lower()
    if not begun or typed[word.start] == '"':
        return
    for insert, kind in (*_names_begun(begun, token), *_choices_begun(begun, token)):
        yield Completion(insert, insert.removesuffix(":"), kind, word.start, word.end)


def _names_begun(begun: str, token: Token) -> Iterator[tuple[str, Kind]]:
    fields = _that_fit(token)
    for field in fields:
        if field.name.startswith(begun):
            yield f"{field.name}:", Kind.FIELD
        if field.name == begun:
            yield from ((field.name + sign, Kind.OPERATOR) for sign in field.operators[1:])
    if len(begun) < FEWEST:
        return
    others = {name for alias, name in ALIASES.items() if alias.startswith(begun)}
    for field in fields:
        if field.name in others and not field.name.startswith(begun):
            yield f"{field.name}:", Kind.FIELD


def _choices_begun(begun: str, token: Token) -> Iterator[tuple[str, Kind]]:
    if len(begun) >= FEWEST:
        for field in _that_fit(token):
            for choice in field.choices:
                if choice.startswith(begun):
                    yield f"{field.name}:{choice}", Kind.VALUE


def _that_fit(token: Token) -> list[Field]:
    return [field for field in FIELDS.values() if field.can_be_negated or not token.is_negated]


def _values(token: Token, typed: str, user: User) -> Iterator[Completion]:
    """Values of the field that begin like the last one; names that contain it."""
    field = _asked(token)
    if field is None:
        return
    last = token.values[-1] if token.values and token.values[-1].end == token.end else None
    start, begun = (last.start, last.text) if last else (token.end, "")
    if last and len(begun) and _is_closed(typed[start:]):
        return
    given = {value.text for value in token.values if value is not last}
    for value in _fixed(field, token.operator):
        if value.startswith(_as_value(begun)) and value not in given:
            yield Completion(value, value, Kind.VALUE, start, token.end)
    if field.takes is Takes.MOMENT and token.operator == ":" and not begun:
        for example in field.examples:
            yield Completion(
                field.name + example, field.name + example, Kind.VALUE, _asked_at(token), token.end
            )
    if field.takes in KINDS:
        for value, label in db.session.execute(names_like(begun, field.takes, user)):
            if value not in given:
                yield Completion(_written(value), label, KINDS[field.takes], start, token.end)


def _asked(token: Token) -> Field | None:
    """The field of a term, if it may be asked so."""
    name = token.field.lower()
    field = FIELDS.get(ALIASES.get(name, name))
    if field is None or token.operator not in field.operators:
        return None
    return field if field.can_be_negated or not token.is_negated else None


def _fixed(field: Field, operator: str) -> Iterator[str]:
    """The values that are the same on every desk."""
    yield from field.choices
    yield from field.words
    for example in field.examples:
        if example.startswith(operator) and operator != ":":
            yield example.removeprefix(operator)


def _asked_at(token: Token) -> int:
    """Where the name of the field begins."""
    return token.start + token.is_negated


def _as_value(begun: str) -> str:
    return begun.lower().replace(" ", "_").replace("-", "_")


def _is_closed(value: str) -> bool:
    return len(value) > 1 and value.startswith('"') and value.endswith('"') and not value.endswith('\\"')


def _written(value: str) -> str:
    """As a query has it: names of several words stand in quotation marks."""
    return quoted(value) if any(each.isspace() or each in ',"()' for each in value) else value
