"""What was asked for: terms, groups of which one must hold, and queries of both. Written as text they read the same."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from helpdesk.tickets.criteria.tokens import AND, OR, READS_AS_FIELD

PLACE = "in"
"""The field that says where the words beside it are sought."""

_NEEDS_QUOTES = re.compile(r'[\s,"()]')
_WORD_NEEDS_QUOTES = re.compile(r"[\s()]")


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
            return sign + (quoted(word) if _reads_otherwise(word) else word)
        values = (
            quoted(value) if not value or _NEEDS_QUOTES.search(value) else value for value in self.values
        )
        return f"{sign}{self.field}{self.operator}{','.join(values)}"


@dataclass(frozen=True, slots=True)
class Group:
    """Queries of which one must hold; negated, none may. Made by `any_of`, which writes it as short as can be."""

    alternatives: tuple["Query", ...]
    is_negated: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.is_negated else ''}({self.inside})"

    @property
    def inside(self) -> str:
        """The same without its brackets."""
        return f" {OR} ".join(map(str, self.alternatives))


Part = Term | Group


@dataclass(frozen=True, slots=True)
class Query:
    """Parts that must all hold, in the order they were typed."""

    parts: tuple[Part, ...] = ()

    def __str__(self) -> str:
        if self.choice:
            return self.choice.inside
        return " ".join(map(str, self.parts))

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def choice(self) -> Group | None:
        """The group that is all of it: the query of somebody who wrote OR without brackets."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only if isinstance(only, Group) and not only.is_negated else None

    @property
    def terms(self) -> tuple[Term, ...]:
        """Those parts that are terms: what a filter can show one by one."""
        return tuple(part for part in self.parts if isinstance(part, Term))

    @property
    def words(self) -> Self:
        """What no field is asked: words, phrases, and the groups."""
        return self.where(lambda part: isinstance(part, Group) or not part.field)

    @property
    def all_terms(self) -> tuple[Term, ...]:
        """The terms of all groups as well, in the order of reading."""
        return tuple(_all_terms(self.parts))

    @property
    def sought(self) -> tuple[str, ...]:
        """Every word and phrase that may be why a ticket is found: what a list can mark."""
        return tuple(dict.fromkeys(_sought(self)))

    @property
    def places(self) -> tuple[str, ...]:
        """Where the words are sought, as the query itself says; empty where it does not."""
        return tuple(value for term in self.terms if term.field == PLACE for value in term.values)

    @property
    def is_of_words(self) -> bool:
        """Whether it asks for words and phrases, and for nothing else."""
        terms = self.all_terms
        return any(not term.field for term in terms) and all(term.field in ("", PLACE) for term in terms)

    def where(self, holds: Callable[[Part], bool]) -> Self:
        """The same with those parts alone of which this holds."""
        return type(self)(tuple(part for part in self.parts if holds(part)))

    def with_term(self, term: Term) -> Self:
        """The same with one term more, in place of what was asked of the same field with the same sign."""
        kept = (
            each
            for each in self.parts
            if not (
                isinstance(each, Term)
                and term.field
                and (each.field, each.is_negated) == (term.field, term.is_negated)
            )
        )
        return type(self)((*kept, term))

    def without(self, part: Part) -> Self:
        return type(self)(tuple(each for each in self.parts if each != part))


EVERYTHING = Query()


def all_of(parts: Sequence[Part]) -> Query:
    """The query of these parts; brackets around all of it say nothing."""
    alternatives = _alternatives_in(Query(tuple(parts)))
    return alternatives[0] if len(alternatives) == 1 else Query(tuple(parts))


def any_of(alternatives: Sequence[Query], *, is_negated: bool = False) -> tuple[Part, ...]:
    """The parts that say that one of these holds, or none; what asks nothing is left out."""
    asked = tuple(inner for each in alternatives if each for inner in _alternatives_in(each))
    if not asked:
        return ()
    if len(asked) > 1:
        return (Group(asked, is_negated),)
    (single,) = asked
    if not is_negated:
        # a place holds for its own brackets alone: without them it would hold for what stands beside as well
        return (Group(asked),) if single.places and len(single.parts) > 1 else single.parts
    if len(single.parts) > 1:
        return (Group(asked, is_negated),)
    return _turned(single.parts[0])


def quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _reads_otherwise(word: str) -> bool:
    """Whether it would not be read as the word it is."""
    return (
        word in (OR, AND)
        or word.startswith(("-", '"'))
        or _WORD_NEEDS_QUOTES.search(word) is not None
        or READS_AS_FIELD.match(word) is not None
    )


def _alternatives_in(query: Query) -> tuple[Query, ...]:
    return query.choice.alternatives if query.choice else (query,)


def _turned(part: Part) -> tuple[Part, ...]:
    """The opposite."""
    if isinstance(part, Group):
        return any_of(part.alternatives, is_negated=not part.is_negated)
    return () if part.field == PLACE else (replace(part, is_negated=not part.is_negated),)


def _all_terms(parts: Sequence[Part]) -> Iterator[Term]:
    for part in parts:
        if isinstance(part, Term):
            yield part
        else:
            for alternative in part.alternatives:
                yield from _all_terms(alternative.parts)


def _sought(query: Query) -> Iterator[str]:
    for part in query.parts:
        if part.is_negated:
            continue
        if isinstance(part, Group):
            for alternative in part.alternatives:
                yield from _sought(alternative)
        elif not part.field:
            yield part.values[0]
