"""What was asked for: terms, and queries of terms. Written as text they can be read again."""

import re
from dataclasses import dataclass
from typing import Self

_READS_AS_TERM = re.compile(r'-|"|[A-Za-z_]+[:<>]')
_NEEDS_QUOTES = re.compile(r'[\s,"]')


@dataclass(frozen=True, slots=True)
class Term:
    """A field with values of which one must hold, or a word or phrase (no field, one value)."""

    field: str
    values: tuple[str, ...]
    operator: str = ":"
    is_negated: bool = False

    def __str__(self) -> str:
        sign = "-" if self.is_negated else ""
        if not self.field:
            (word,) = self.values
            return sign + (quoted(word) if re.search(r"\s", word) or _READS_AS_TERM.match(word) else word)
        values = (
            quoted(value) if not value or _NEEDS_QUOTES.search(value) else value for value in self.values
        )
        return f"{sign}{self.field}{self.operator}{','.join(values)}"


@dataclass(frozen=True, slots=True)
class Query:
    """Terms that must all hold, in the order they were typed."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def words(self) -> Self:
        """The words and phrases alone."""
        return type(self)(tuple(term for term in self.terms if not term.field))

    def with_term(self, term: Term) -> Self:
        """The same with one term more, in place of what was asked of the same field with the same sign."""
        kept = (
            each
            for each in self.terms
            if not (term.field and (each.field, each.is_negated) == (term.field, term.is_negated))
        )
        return type(self)((*kept, term))

    def without(self, term: Term) -> Self:
        return type(self)(tuple(each for each in self.terms if each != term))


EVERYTHING = Query()


def quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
