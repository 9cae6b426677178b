"""What a query means, in plain Python: a reader who looks at every ticket of the desk and decides by hand."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from helpdesk.tickets.criteria import Group, Query, Term
from tests.tickets.criteria.facts import NAMES, NOW, OTHERS, PEOPLE, TEAMS, Fact

ZONE = ZoneInfo("Pacific/Auckland")  # another day than in UTC, half of the time
EVERYWHERE = ("title", "comments", "people", "number")
PRIORITIES = ("low", "medium", "high", "urgent")


class Reader:
    """Somebody who picks tickets by hand, as far as `name` may read them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_staff = name == "ana"

    def found(self, facts: Iterable[Fact], query: Query) -> set[str]:
        """The numbers of the tickets that are meant."""
        words = [term for term in query.all_terms if not term.field]
        last = words[-1] if words else None
        return {
            fact.number
            for fact in facts
            if (self.is_staff or fact.requester == self.name)
            and self.all_hold(fact, query, EVERYWHERE, last) is not False
        }

    def all_hold(self, fact: Fact, query: Query, places: tuple[str, ...], last: Term | None) -> bool | None:
        """Whether every part holds; None where nothing is asked."""
        own = tuple(value for term in query.terms if term.field == "in" for value in term.values)
        asked = [
            held is not part.is_negated
            for part in query.parts
            if (held := self.holds(fact, part, own or places, last)) is not None
        ]
        return all(asked) if asked else None

    def holds(
        self, fact: Fact, part: Term | Group, places: tuple[str, ...], last: Term | None
    ) -> bool | None:
        """Whether a part holds, its sign aside."""
        if isinstance(part, Group):
            asked = [
                held
                for each in part.alternatives
                if (held := self.all_hold(fact, each, places, last)) is not None
            ]
            return any(asked) if asked else None
        if part.field == "in":
            return None
        if part.field:
            return any(self.is_so(fact, part.field, part.operator, value) for value in part.values)
        return self.has_word(fact, part.values[0], places, is_prefix=part is last and not part.is_negated)

    def has_word(self, fact: Fact, word: str, places: tuple[str, ...], *, is_prefix: bool) -> bool:
        full_name, address = PEOPLE[fact.requester]
        if "people" in places and any(
            word.lower() in text.lower() for text in (full_name, address, fact.organization or "")
        ):
            return True
        if "number" in places and fact.number == word.upper():
            return True
        return any(says(text, word, is_prefix=is_prefix) for text in self.texts(fact, places))

    def texts(self, fact: Fact, places: tuple[str, ...]) -> Iterator[str]:
        if "title" in places:
            yield fact.title
        if "comments" in places:
            yield fact.public
            if self.is_staff:
                yield fact.held or ""
        if self.is_staff and ("comments" in places or "notes" in places):
            yield fact.internal or ""

    def is_so(self, fact: Fact, name: str, operator: str, value: str) -> bool:  # noqa: C901, PLR0911, PLR0912 — one line a field
        match name:
            case "status":
                return fact.status == value
            case "via":
                return fact.via == value
            case "priority":
                return compared(PRIORITIES.index(fact.priority), operator, PRIORITIES.index(value))
            case "assignee":
                return fact.assignee is None if value == "nobody" else fact.assignee in self.people(value)
            case "requester":
                return fact.requester in self.people(value)
            case "watcher":
                return self.is_staff and bool(fact.watchers & self.people(value))
            case "team":
                return fact.team in self.teams(value)
            case "org":
                return fact.organization in (
                    {None} if value == "none" else meant(value, [*NAMES, "Customer Inc"])
                )
            case "tag":
                return bool(fact.tags & meant(value, NAMES))
            case "is":
                return self.is_true(fact, value)
            case "has":
                return self.has(fact, value)
            case "delivery":
                return fact.is_undelivered
            case "hour":
                return fact.created_at.astimezone(ZONE).hour == int(value)
            case "weekday":
                return f"{fact.created_at.astimezone(ZONE):%a}".lower() == value
            case "due":
                return fact.due_at is not None and happens(fact.due_at, operator, value)
        moment = {
            "created": fact.created_at,
            "active": fact.active_at,
            "updated": fact.updated_at,
            "responded": fact.responded_at,
            "resolved": None if fact.is_open else fact.resolved_at,
        }[name]
        return moment is not None and happened(moment, operator, value)

    def teams(self, value: str) -> set[str | None]:
        if value == "mine":
            return {TEAMS[0]} if self.is_staff else set()
        return {None} if value == "none" else {*meant(value, [*TEAMS, "First line"])}

    def people(self, value: str) -> set[str]:
        """The keys of the people a value means."""
        if value == "me":
            return {self.name}
        if "@" in value:
            return {key for key, (_, address) in PEOPLE.items() if fnmatchcase(address, value.lower())}
        names = meant(value, [*(name for name, _ in PEOPLE.values()), *OTHERS])
        return {key for key, (name, _) in PEOPLE.items() if name in names}

    def is_true(self, fact: Fact, value: str) -> bool:
        seen_at = fact.seen_at if self.is_staff else None
        act_by = fact.due_at or fact.created_at + timedelta(days=7)
        return {
            "open": fact.is_open,
            "overdue": fact.is_open and act_by < NOW,
            "unanswered": fact.responded_at is None,
            "merged": fact.is_merged,
            "unread": fact.is_open and (seen_at is None or seen_at < fact.active_at),
        }[value]

    def has(self, fact: Fact, value: str) -> bool:
        return {
            "attachment": fact.file_of is not None and (self.is_staff or fact.file_of == "public"),
            "note": self.is_staff and fact.internal is not None,
            "deadline": fact.due_at is not None,
            "tag": bool(fact.tags),
        }[value]


def meant(name: str, known: Iterable[str]) -> set[str]:
    """The things a name means among those there are."""
    exact = {each for each in known if each.lower() == name.lower()}
    return exact or {each for each in known if name.lower() in each.lower()}


def says(text: str, word: str, *, is_prefix: bool) -> bool:
    """Whether the words stand in the text one after another; the beginning of a single one may do."""
    sought, said = word.lower().split(), text.lower().split()
    for start in range(len(said) - len(sought) + 1):
        part = said[start : start + len(sought)]
        if part == sought or (is_prefix and len(sought) == 1 and part[0].startswith(sought[0])):
            return True
    return False


def compared(one: int, operator: str, other: int) -> bool:
    return {
        ":": one == other, "<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other,
    }[operator]  # fmt: skip


def happened(moment: datetime, operator: str, value: str) -> bool:
    """Whether a moment is as a value asks; lengths of time lie back."""
    length = length_of(value)
    if length is None:
        return on_days(moment, operator, value)
    return moment < NOW - length if operator == ">" else moment > NOW - length


def happens(moment: datetime, operator: str, value: str) -> bool:
    """The same for what is still to come: lengths of time lie ahead."""
    length = length_of(value)
    if length is None:
        return on_days(moment, operator, value)
    return moment > NOW + length if operator == ">" else moment < NOW + length


def length_of(value: str) -> timedelta | None:
    found = re.fullmatch(r"(\d+)([hdw])", value)
    if not found:
        return None
    unit = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[found[2]]
    return int(found[1]) * unit


def on_days(moment: datetime, operator: str, value: str) -> bool:
    """Text against text: what comes first in the calendar comes first in the alphabet."""
    first, _, last = value.partition("..")
    written = f"{moment:%Y-%m-%dT%H:%MZ}" if "T" in first else f"{moment.astimezone(ZONE):%Y-%m-%d}"
    began, ended = written[: len(first)] >= first, written[: len(last or first)] > (last or first)
    return {
        ":": began and not ended, "<": not began, "<=": not ended, ">": ended, ">=": began,
    }[operator]  # fmt: skip
