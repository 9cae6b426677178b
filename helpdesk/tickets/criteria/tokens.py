"""The pieces of a query's text, each with its place: brackets, OR, terms with a field, words and phrases."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

OR = "OR"
AND = "AND"
"""Between any two terms there is an AND, whether it is written or not."""

_FIELD = r"(?P<field>[^\W\d]\w*(?:-\w+)*)(?P<operator>[<>]=|[:<>])"
READS_AS_FIELD = re.compile(_FIELD)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?$)', re.DOTALL)


class Sign(Enum):
    """What a token is."""

    OPENS = "("
    CLOSES = ")"
    OR = OR
    AND = AND
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Value:
    """A word or value as it is meant, and where it stands, its quotation marks included."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text from `start` up to `end`. A term has the field it asks, or none, and values."""

    sign: Sign
    start: int
    end: int
    is_negated: bool = False
    field: str = ""
    operator: str = ""
    values: tuple[Value, ...] = ()


def tokens(text: str) -> Iterator[Token]:
    """The pieces in the order they stand."""
    at = _past_space(text, 0)
    while at < len(text):
        token = _token(text, at)
        yield token
        at = _past_space(text, token.end)


def _token(text: str, start: int) -> Token:
    is_negated = text[start] == "-" and not _ends_word(text, start + 1)
    at = start + 1 if is_negated else start
    if text[at] == "(":
        return Token(Sign.OPENS, start, at + 1, is_negated)
    if text[at] == ")":
        return Token(Sign.CLOSES, start, at + 1)
    asked = READS_AS_FIELD.match(text, at)
    if asked:
        values, end = _values(text, asked.end())
        return Token(Sign.TERM, start, end, is_negated, asked["field"], asked["operator"], values)
    word = _quoted_at(text, at) or _bare_at(text, at)
    if not is_negated and text[at] != '"' and word.text in (OR, AND):
        return Token(Sign(word.text), start, word.end)
    return Token(Sign.TERM, start, word.end, is_negated, values=(word,))


def _values(text: str, at: int) -> tuple[tuple[Value, ...], int]:
    """Values with commas between, and where they end."""
    found = []
    while not _ends_word(text, at):
        if text[at] == ",":
            at += 1
            continue
        value = _quoted_at(text, at) or _bare_at(text, at, until=",")
        found.append(value)
        at = value.end
    return tuple(found), at


def _quoted_at(text: str, at: int) -> Value | None:
    found = _QUOTED.match(text, at)
    return Value(_unquoted(found[0]), at, found.end()) if found else None


def _bare_at(text: str, at: int, until: str = "") -> Value:
    """Up to a space, or a bracket that closes what was opened before it."""
    end, depth = at, 0
    while end < len(text) and not text[end].isspace() and text[end] not in until:
        depth += (text[end] == "(") - (text[end] == ")")
        if depth < 0:
            break
        end += 1
    return Value(text[at:end], at, end)


def _ends_word(text: str, at: int) -> bool:
    return at >= len(text) or text[at].isspace() or text[at] == ")"


def _past_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _unquoted(text: str) -> str:
    inside = text[1:]
    if re.fullmatch(r'(?:[^"\\]|\\.)*"', inside, re.DOTALL):
        inside = inside[:-1]
    return re.sub(r"\\(.)", r"\1", inside, flags=re.DOTALL)
