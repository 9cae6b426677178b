"""What a query finds in PostgreSQL is what a reader of the whole desk would pick by hand."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Executable, func, insert, select, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ClauseElement

from helpdesk.accounts.models import Organization, Team, User
from helpdesk.core import clock
from helpdesk.tickets import operations
from helpdesk.tickets.criteria import FIELDS, Query, Term, matching, parse
from helpdesk.tickets.models import (
    Tag,
    Ticket,
    TicketPriority,
    TicketStatus,
    ticket_reads,
    ticket_tags,
)
from helpdesk.tickets.operations import note, open_ticket, reply
from helpdesk.tickets.queries import tickets_for

NOW = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
ZONE = ZoneInfo("Pacific/Auckland")  # another day than in UTC, half of the time
WORDS = ("printer", "print", "fire", "water", "Fire", "customer")
NAMES = ("Fire Team", "Fire", "Water Works", "Customer")


class Explain(Executable, ClauseElement):
    """How PostgreSQL would look for it."""

    inherit_cache = False

    def __init__(self, statement: Any) -> None:
        self.statement = statement


@compiles(Explain)
def _explained(element: Explain, compiler: Any, **options: Any) -> str:
    return f"explain {compiler.process(element.statement, **options)}"


def titles(work: Session, text: str, user: User) -> list[str]:
    work.flush()
    return sorted(
        work.scalars(
            matching(tickets_for(user), parse(text), user, zone=ZONE).with_only_columns(Ticket.title)
        )
    )


@pytest.fixture
def asked(work: Session, carl: User) -> Callable[..., Ticket]:
    def ask(title: str, words: str = "…", requester: User = carl, **more: Any) -> Ticket:
        return open_ticket(requester=requester, by=requester, title=title, description=words, **more)

    return ask


class TestWords:
    def test_every_word_has_to_be_somewhere(
        self, work: Session, asked: Callable[..., Ticket], ana: User, olga: User
    ) -> None:
        reply(asked("The printer burns"), by=ana, content="Use water.")
        note(asked("Coffee", "No water left."), by=ana, content="Says the printer.")
        asked("Printer", requester=olga)

        assert titles(work, "printer", ana) == ["Coffee", "Printer", "The printer burns"]
        assert titles(work, "printer water", ana) == ["Coffee", "The printer burns"]
        assert titles(work, "water carl", ana) == ["Coffee", "The printer burns"]
        assert titles(work, "printer carl@customer.example burns", ana) == ["The printer burns"]
        assert titles(work, '"customer inc" coffee', ana) == ["Coffee"]
        assert titles(work, "printer -water", ana) == ["Printer"]
        assert titles(work, "printer ?", ana) == titles(work, "printer", ana)

    def test_only_the_last_word_may_be_unfinished(
        self, work: Session, asked: Callable[..., Ticket], ana: User
    ) -> None:
        asked("Printer on fire")

        assert titles(work, "fire prin", ana) == ["Printer on fire"]
        assert titles(work, "prin fire", ana) == []
        assert titles(work, "prin status:open", ana) == ["Printer on fire"]

    def test_a_phrase_stands_together(self, work: Session, asked: Callable[..., Ticket], ana: User) -> None:
        asked("Printer on fire")
        asked("On the printer: fire")

        assert titles(work, '"on fire"', ana) == ["Printer on fire"]

    @pytest.mark.parametrize("typed", ["café", "CAFE", "caf", "garcon's", "l'été", "a\\b'c", "C++ cafe"])
    def test_accents_case_and_signs_do_not_matter(
        self, work: Session, asked: Callable[..., Ticket], ana: User, typed: str
    ) -> None:
        asked("Café", "garçon's a\\b'c L'Été c++")

        assert titles(work, typed, ana) == ["Café"]

    def test_a_number_is_a_word(self, work: Session, asked: Callable[..., Ticket], ana: User) -> None:
        ticket = asked("This one")
        asked("Another")

        assert titles(work, ticket.ticket_number.lower(), ana) == ["This one"]

    def test_customers_find_nothing_by_what_they_may_not_read(
        self, work: Session, asked: Callable[..., Ticket], ana: User, carl: User
    ) -> None:
        ticket = asked("The printer")
        note(ticket, by=ana, content="Unfriendly person.")
        held = reply(ticket, by=ana, content="Held back.")
        held.published_at = None

        assert titles(work, "unfriendly", ana) == titles(work, "held", ana) == ["The printer"]
        assert titles(work, "unfriendly", carl) == titles(work, "held", carl) == []

    def test_each_place_is_looked_up_in_its_own_index(self, work: Session, ana: User) -> None:
        found = matching(tickets_for(ana), parse("printer"), ana, zone=ZONE).with_only_columns(Ticket.id)
        # tables of a few rows are read whole, or in the order of their keys, in one way today and another tomorrow
        for way in ("seqscan", "indexscan", "indexonlyscan", "nestloop"):
            work.execute(select(func.set_config(f"enable_{way}", "off", True)))

        plan = "\n".join(work.scalars(Explain(found)))

        for index in (
            "ix_tickets_title_words",
            "ix_comments_public_words",
            "ix_comments_internal_words",
            "ix_users_full_name_trigrams",
            "ix_email_addresses_email_trigrams",
            "uq_tickets_ticket_number",
        ):
            assert index in plan


class TestNames:
    def test_the_exact_name_wins_over_names_that_contain_it(
        self, work: Session, asked: Callable[..., Ticket], ana: User
    ) -> None:
        for name in ("Fire", "Firewall"):
            operations.change_tags(asked(name), add=[name], by=ana)

        assert titles(work, "tag:fire", ana) == ["Fire"]
        assert titles(work, "tag:FIR", ana) == ["Fire", "Firewall"]
        assert titles(work, "tag:firew", ana) == ["Firewall"]
        assert titles(work, "tag:%", ana) == titles(work, "tag:_", ana) == []

    def test_people_are_meant_by_name_address_or_me(
        self, work: Session, asked: Callable[..., Ticket], ana: User, ben: User, olga: User
    ) -> None:
        operations.take(asked("ana's"), by=ana)
        operations.take(asked("ben's", requester=olga), by=ben)
        asked("free")

        assert titles(work, "assignee:me", ana) == titles(work, "assignee:ANA@desk.example", ben) == ["ana's"]
        assert titles(work, "assignee:me", ben) == titles(work, 'assignee:"ben b"', ana) == ["ben's"]
        assert titles(work, "assignee:me,nobody", ana) == ["ana's", "free"]
        assert titles(work, "-assignee:ana", ana) == ["ben's", "free"]
        assert titles(work, "requester:olga", ana) == titles(work, "org:none", ana) == ["ben's"]
        assert titles(work, "assignee:nobody@", ana) == []


@dataclass
class Fact:
    """A ticket as somebody who knows the desk would remember it."""

    status: TicketStatus = TicketStatus.OPEN
    priority: TicketPriority = TicketPriority.LOW
    assignee: str | None = None
    team: str | None = None
    organization: str | None = None
    requester: str = "carl"
    tags: frozenset[str] = frozenset()
    title: str = ""
    public: str = ""
    internal: str = ""
    created_at: datetime = NOW
    active_at: datetime = NOW
    updated_at: datetime = NOW
    responded_at: datetime | None = None
    resolved_at: datetime = NOW
    is_merged: bool = False
    is_undelivered: bool = False
    due_at: datetime | None = None
    seen_at: datetime | None = None
    number: str = field(default="", compare=False)


AGES = st.sampled_from([timedelta(hours=hours) for hours in (1, 23, 24, 25, 24 * 8, 24 * 30)])
MOMENTS = AGES.map(lambda age: NOW - age)
SAYINGS = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
FACTS = st.builds(
    Fact,
    status=st.sampled_from(TicketStatus),
    priority=st.sampled_from(TicketPriority),
    assignee=st.sampled_from(["ana", "ben", None]),
    team=st.sampled_from([*NAMES[:2], None]),
    organization=st.sampled_from([*NAMES, None]),
    requester=st.sampled_from(["carl", "olga"]),
    tags=st.frozensets(st.sampled_from(NAMES), max_size=2),
    title=SAYINGS,
    public=SAYINGS,
    internal=SAYINGS,
    created_at=MOMENTS,
    active_at=MOMENTS,
    updated_at=MOMENTS,
    responded_at=st.none() | MOMENTS,
    resolved_at=MOMENTS,
    is_merged=st.booleans(),
    is_undelivered=st.booleans(),
    due_at=st.none() | MOMENTS | MOMENTS.map(lambda moment: moment + timedelta(days=4)),
    seen_at=st.none() | MOMENTS,
)
PEOPLE = {
    "carl": ("Carl Customer", "carl@customer.example"),
    "olga": ("Olga Other", "olga@stranger.example"),
    "ana": ("Ana Agent", "ana@desk.example"),
    "ben": ("Ben Brown", "ben@desk.example"),
}
SOUGHT = {
    "assignee": st.sampled_from(["me", "nobody", "ana", "Ben Brown", "ben@desk.example", "a", "x"]),
    "team": st.sampled_from(["mine", "none", "fire", "fire t", "e", "x"]),
    "requester": st.sampled_from(["me", "carl", "OLGA OTHER", "carl@customer.example", "o"]),
    "org": st.sampled_from(["none", "fire", "wat", "customer", "r"]),
    "tag": st.sampled_from(["fire", "FIRE TEAM", "wa", "x", "r"]),
}
SPANS = st.sampled_from(["1h", "1d", "24h", "7d", "2w", "9999w"])
DAYS = MOMENTS.map(lambda moment: moment.astimezone(ZONE).date())
POINTS = (
    DAYS.map("{:%Y-%m-%d}".format)
    | DAYS.map("{:%Y-%m}".format)
    | DAYS.map("{:%Y}".format)
    | MOMENTS.map("{:%Y-%m-%dT%H:%MZ}".format)
)
RANGES = st.tuples(DAYS, DAYS).map(lambda two: f"{min(two)}..{max(two)}")
WHENS = SPANS | POINTS | RANGES


@st.composite
def asked_terms(draw: st.DrawFn) -> Term:
    is_negated = draw(st.booleans())
    if draw(st.integers(0, 2)) == 0:
        return Term(
            "", (draw(st.sampled_from([*WORDS, "on fire", "prin", "carl", "brown"])),), is_negated=is_negated
        )
    name = draw(st.sampled_from(list(FIELDS)))
    known = FIELDS[name]
    operator = draw(st.sampled_from(known.operators))
    values = (
        WHENS.filter(lambda value: known.fits(operator, value))
        if len(known.operators) > 1
        else SOUGHT[name]
        if name in SOUGHT
        else st.sampled_from(known.choices)
    )
    found = draw(st.lists(values, min_size=1, max_size=2, unique=True))
    return Term(name, tuple(found), operator, is_negated)


def meant(name: str, known: Any) -> set[str]:
    """The things a name means among those there are."""
    exact = {each for each in known if each.lower() == name.lower()}
    return exact or {each for each in known if name.lower() in each.lower()}


def people_meant(value: str) -> set[str]:
    if value == "me":
        return {"ana"}
    if "@" in value:
        return {key for key, (_, address) in PEOPLE.items() if address == value}
    names = meant(value, [*(name for name, _ in PEOPLE.values()), "Ada Admin", "Cora Colleague"])
    return {key for key, (name, _) in PEOPLE.items() if name in names}


def has_word(fact: Fact, word: str, *, is_prefix: bool) -> bool:
    full_name, address = PEOPLE[fact.requester]
    if any(word.lower() in text.lower() for text in (full_name, address, fact.organization or "")):
        return True
    sought = word.lower().split()
    for text in (fact.title, fact.public, fact.internal):
        said = text.lower().split()
        for start in range(len(said) - len(sought) + 1):
            part = said[start : start + len(sought)]
            if part == sought or (is_prefix and len(sought) == 1 and part[0].startswith(sought[0])):
                return True
    return False


def holds(fact: Fact, term: Term, *, is_prefix: bool) -> bool:
    """One term for one ticket, in plain Python."""
    if not term.field:
        return has_word(fact, term.values[0], is_prefix=is_prefix)
    return any(holds_value(fact, term, value) for value in term.values)


def holds_value(fact: Fact, term: Term, value: str) -> bool:  # noqa: C901, PLR0911 — one line a field
    is_open = fact.status not in (TicketStatus.RESOLVED, TicketStatus.CLOSED)
    match term.field:
        case "status" | "priority":
            return bool(getattr(fact, term.field) == value)
        case "assignee":
            return fact.assignee is None if value == "nobody" else fact.assignee in people_meant(value)
        case "requester":
            return fact.requester in people_meant(value)
        case "team":
            teams = {"mine": {NAMES[0]}, "none": {None}}.get(value) or meant(
                value, [*NAMES[:2], "First line"]
            )
            return fact.team in teams
        case "org":
            return fact.organization in (
                {None} if value == "none" else meant(value, [*NAMES, "Customer Inc"])
            )
        case "tag":
            return bool(fact.tags & meant(value, NAMES))
        case "is":
            act_by = fact.due_at or fact.created_at + timedelta(days=7)
            return {
                "open": is_open,
                "overdue": is_open and act_by < NOW,
                "unanswered": fact.responded_at is None,
                "merged": fact.is_merged,
                "unread": is_open and (fact.seen_at is None or fact.seen_at < fact.active_at),
            }[value]
        case "delivery":
            return fact.is_undelivered
        case "hour":
            return fact.created_at.astimezone(ZONE).hour == int(value)
        case "weekday":
            return f"{fact.created_at.astimezone(ZONE):%a}".lower() == value
    moment = {
        "created": fact.created_at,
        "active": fact.active_at,
        "updated": fact.updated_at,
        "responded": fact.responded_at,
        "resolved": None if is_open else fact.resolved_at,
    }[term.field]
    return moment is not None and happened(moment, term.operator, value)


def happened(moment: datetime, operator: str, value: str) -> bool:
    """Whether a moment is as one value asks."""
    found = re.fullmatch(r"(\d+)([hdw])", value)
    if not found:
        return happened_on_days(moment, operator, value)
    border = (
        NOW
        - int(found[1]) * {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[found[2]]
    )
    return moment < border if operator == ">" else moment > border


def happened_on_days(moment: datetime, operator: str, value: str) -> bool:
    """Text against text: what comes first in the calendar comes first in the alphabet."""
    first, _, last = value.partition("..")
    written = f"{moment:%Y-%m-%dT%H:%MZ}" if "T" in first else f"{moment.astimezone(ZONE):%Y-%m-%d}"
    began, ended = written[: len(first)] >= first, written[: len(last or first)] > (last or first)
    return {
        ":": began and not ended, "<": not began, "<=": not ended, ">": ended, ">=": began,
    }[operator]  # fmt: skip


def found_by_hand(facts: list[Fact], query: Query) -> set[str]:
    words = [term for term in query.terms if not term.field]

    def holds_all(fact: Fact) -> bool:
        return all(
            holds(fact, term, is_prefix=bool(words) and term is words[-1] and not term.is_negated)
            is not term.is_negated
            for term in query.terms
        )

    return {fact.number for fact in facts if holds_all(fact)}


class TestAgainstAReader:
    @pytest.fixture(autouse=True)
    def stopped(self) -> Iterator[None]:
        with clock.freeze(NOW):
            yield

    # not shrunk: that would furnish the desk hundreds of times
    @settings(
        max_examples=40,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        facts=st.lists(FACTS, min_size=1, max_size=6),
        queries=st.lists(
            st.lists(asked_terms(), min_size=1, max_size=3).map(lambda found: Query(tuple(found))),
            min_size=10,
            max_size=10,
        ),
    )
    def test_postgresql_finds_what_a_reader_would(
        self,
        work: Session,
        facts: list[Fact],
        queries: list[Query],
        ana: User,
        ben: User,
        carl: User,
        olga: User,
    ) -> None:
        with work.begin_nested() as savepoint:
            self.furnish(work, facts, {"ana": ana, "ben": ben, "carl": carl, "olga": olga})
            work.refresh(ana)
            for query in queries:
                found = matching(tickets_for(ana), query, ana, zone=ZONE).with_only_columns(
                    Ticket.ticket_number
                )
                assert set(work.scalars(found)) == found_by_hand(facts, query), str(query)
            savepoint.rollback()
        work.expire_all()

    def furnish(self, work: Session, facts: list[Fact], people: dict[str, User]) -> None:
        """The desk of these facts; rows as they are, past the operations, which would tell their own times."""
        teams = {
            name: Team(name=name, members=[people["ana"]] if name == NAMES[0] else []) for name in NAMES[:2]
        }
        work.add_all(teams.values())
        organizations = {name: Organization(name=name) for name in NAMES}
        tags = {name: Tag(name=name) for name in NAMES}
        work.add_all([*organizations.values(), *tags.values()])
        work.flush()
        for fact in facts:
            requester = people[fact.requester]
            ticket = open_ticket(
                requester=requester, by=requester, title=fact.title or "-", description=fact.public or "-"
            )
            note(ticket, by=people["ben"], content=fact.internal or "-")
            work.flush()
            fact.number = ticket.ticket_number
            is_settled = fact.status in (TicketStatus.RESOLVED, TicketStatus.CLOSED)
            table: Any = Ticket.__table__
            work.connection().execute(  # past the audit trail, which nobody reads here
                update(table)
                .where(table.c.id == ticket.id)
                .values(
                    status=fact.status,
                    resolved_at=fact.resolved_at if is_settled else None,
                    closed_at=NOW if fact.status is TicketStatus.CLOSED else None,
                    priority=fact.priority,
                    assignee_id=people[fact.assignee].id if fact.assignee else None,
                    team_id=teams[fact.team].id if fact.team else None,
                    organization_id=organizations[fact.organization].id if fact.organization else None,
                    created_at=fact.created_at,
                    last_activity_at=fact.active_at,
                    updated_at=fact.updated_at,
                    due_at=fact.due_at,
                    first_responded_at=fact.responded_at,
                    merged_into_id=ticket.id if fact.is_merged else None,
                    delivery_failed_at=NOW if fact.is_undelivered else None,
                )
            )
            for name in fact.tags:
                work.connection().execute(
                    insert(ticket_tags).values(ticket_id=ticket.id, tag_id=tags[name].id)
                )
            if fact.seen_at:
                seen = {"user_id": people["ana"].id, "ticket_id": ticket.id, "seen_at": fact.seen_at}
                work.execute(insert(ticket_reads).values(seen))
