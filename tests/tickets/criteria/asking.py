"""Random queries by a seed: every field, every operator, words, places, groups within groups."""

import random
from datetime import timedelta

from helpdesk.tickets.criteria import FIELDS, Query, Term
from helpdesk.tickets.criteria.known import Takes
from helpdesk.tickets.criteria.parsing import MOST_TERMS, MOST_WORDS
from helpdesk.tickets.criteria.terms import Part, all_of, any_of
from tests.tickets.criteria.facts import HOURS, NOW, WORDS
from tests.tickets.criteria.reader import ZONE

SOUGHT = (*WORDS, "on fire", "fire water", "prin", "carl", "brown", "customer.ex")
PLACES = ("title", "comments", "notes", "people", "number")
PERSONS = (
    "me",
    "ana",
    "Ben Brown",
    "ben@desk.example",
    "*@desk.example",
    "a",
    "x",
    "carl",
    "OLGA OTHER",
    "c*@*.example",
)
NAMED = {
    "assignee": ("nobody", *PERSONS),
    "requester": PERSONS,
    "watcher": PERSONS,
    "team": ("mine", "none", "fire", "fire t", "e", "x"),
    "org": ("none", "fire", "wat", "customer", "r"),
    "tag": ("fire", "FIRE TEAM", "wa", "x", "r"),
}
SPANS = ("1h", "1d", "24h", "7d", "2w", "9999w")
DEEPEST = 3


class Asking:
    """Somebody who asks at random."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def query(self) -> Query:
        while True:
            found = all_of(
                any_of([self.conjunction(1) for _ in range(self.chance.choice((1, 1, 1, 1, 1, 1, 2, 2, 3)))])
            )
            terms = found.all_terms
            if terms and len(terms) <= MOST_TERMS and sum(not each.field for each in terms) <= MOST_WORDS:
                return found

    def conjunction(self, depth: int) -> Query:
        parts: list[Part] = []
        for _ in range(self.chance.choice((1, 1, 1, 1, 2, 2))):
            parts.extend(self.part(depth))
        if self.chance.random() < 0.15:
            parts.insert(0, Term("in", tuple(self.chance.sample(PLACES, self.chance.choice((1, 1, 2))))))
        return all_of(parts)

    def part(self, depth: int) -> tuple[Part, ...]:
        if depth < DEEPEST and self.chance.random() < 0.15:
            count = self.chance.choice((1, 2))
            inner = [self.conjunction(depth + 1) for _ in range(count)]
            return any_of(inner, is_negated=self.chance.random() < 0.4)
        return (self.term(),)

    def term(self) -> Term:
        is_negated = self.chance.random() < 0.3
        if self.chance.random() < 0.3:
            return Term("", (self.chance.choice(SOUGHT),), is_negated=is_negated)
        field = FIELDS[self.chance.choice([name for name in FIELDS if name != "in"])]
        operator = self.chance.choice(field.operators)
        values = [self.value(field.name, operator) for _ in range(self.chance.choice((1, 1, 2)))]
        return Term(field.name, tuple(dict.fromkeys(values)), operator, is_negated)

    def value(self, name: str, operator: str) -> str:
        field = FIELDS[name]
        if field.takes is not Takes.MOMENT:
            return self.chance.choice(NAMED.get(name, field.choices))
        while not field.fits(operator, value := self.when()):
            pass
        return value

    def when(self) -> str:
        ahead = self.chance.choice((-1, -1, -1, 1))
        moments = sorted(NOW + ahead * timedelta(hours=self.chance.choice(HOURS)) for _ in range(2))
        first, last = (moment.astimezone(ZONE) for moment in moments)
        patterns = ("%Y-%m-%d", "%Y-%m", "%Y")
        return self.chance.choice(
            (
                self.chance.choice(SPANS),
                f"{first:{self.chance.choice(patterns)}}",
                f"{moments[0]:%Y-%m-%dT%H:%MZ}",
                f"{first:%Y-%m-%d}..{last:%Y-%m-%d}" if first.date() < last.date() else f"{first:%Y-%m-%d}",
            )
        )
