"""Random desks for the statistics: tickets, filters and periods by a seed."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Organization, Team, User
from helpdesk.reports.periods import Period
from helpdesk.tickets.criteria import Term
from helpdesk.tickets.models import Tag, Ticket, ticket_tags
from tests.reports.recount import OPEN, Fact

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "America/Sao_Paulo",  # the clock once leapt over midnight
    "Africa/Cairo",  # it does so still
    "Australia/Lord_Howe",  # half an hour is put back
    "Pacific/Apia",  # 30 December 2011 did not happen
)
EDGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # Europe's clocks go forward
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # and back
    datetime(2026, 4, 23, 22, tzinfo=UTC),  # Cairo's go forward, at midnight
    datetime(2018, 11, 4, 3, tzinfo=UTC),  # São Paulo's did
    datetime(2011, 12, 30, 10, tzinfo=UTC),  # Samoa changes sides
    datetime(2024, 2, 29, 12, tzinfo=UTC),
)
TEAMS = ("Blue", "Blue sky")
ORGANIZATIONS = ("Acme", "Bolt & Co")
TAGS = ("vip", "refund")
PEOPLE = ("ana", "ben")
PRIORITIES = ("low", "medium", "high", "urgent")
STATUSES = (*OPEN, "resolved", "closed")


class Desk:
    """What a seed stands for."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.zone = ZoneInfo(self.chance.choice(ZONES))
        self.edge = self.chance.choice(EDGES)
        self.reach = self.chance.choice((2, 20, 100, 900, 4000))  # days the tickets are spread over
        self.now = self.edge + timedelta(days=self.chance.uniform(0, self.reach / 2), seconds=7)
        self.facts = [self.fact() for _ in range(self.chance.choice((0, 1, 2, 12, 40)))]
        self.period = self.a_period()
        self.terms = self.some_terms()

    def moment(self) -> datetime:
        """Somewhere around the edge, often within hours of it, at times on the dot of a local hour or midnight."""
        days = self.chance.choice((0.1, 1, self.reach))
        found = self.edge + timedelta(seconds=int(self.chance.uniform(-days, days / 2) * 86_400))
        cut: Mapping[str, Any] = self.chance.choice(
            ({}, {"minute": 0, "second": 0}, {"hour": 0, "minute": 0, "second": 0})
        )
        return min(found.astimezone(self.zone).replace(**cut).astimezone(UTC), self.now)

    def fact(self) -> Fact:
        created = self.moment()
        status = self.chance.choice(STATUSES)

        def later() -> datetime:
            return created + timedelta(
                seconds=self.chance.choice((0, 59, 3600, self.chance.uniform(0, self.reach * 86_400)))
            )

        pick = self.chance.choice
        return Fact(
            created_at=created,
            answered_at=pick((None, later(), later())),
            resolved_at=None if status in OPEN else later(),
            status=status,
            priority=pick(PRIORITIES),
            assignee=pick((None, *PEOPLE)),
            team=pick((None, *TEAMS)),
            organization=pick((None, *ORGANIZATIONS)),
            tags=frozenset(each for each in TAGS if pick((True, False))),
            due_at=pick((None, later())),
            is_deleted=self.chance.random() < 0.1,
            is_merged=self.chance.random() < 0.1,
        )

    def a_period(self) -> Period:
        around = self.edge.astimezone(self.zone).date()
        first = around - timedelta(days=self.chance.randint(-3, self.reach))
        days = self.chance.choice((1, 7, 28, self.reach))
        return Period(first, first + timedelta(days=days - 1), self.zone)

    def some_terms(self) -> tuple[Term, ...]:
        offered = (
            Term("team", (self.chance.choice(("Blue", "blue sky", "none", "mine")),)),
            Term("tag", (self.chance.choice(TAGS),)),
            Term("org", (self.chance.choice(("Acme", "none", "bolt")),)),
            Term("priority", (self.chance.choice(PRIORITIES),)),
            Term("assignee", (self.chance.choice(("me", "nobody", "ben@desk.example")),)),
        )
        return tuple(self.chance.sample(offered, self.chance.choice((0, 0, 1, 1, 2))))

    def counted(self) -> list[Fact]:
        """What the filter leaves."""
        return [
            fact for fact in self.facts if fact.is_counted and all(holds(fact, term) for term in self.terms)
        ]


def holds(fact: Fact, term: Term) -> bool:
    (value,) = term.values
    if term.field == "team":
        team = {"mine": "Blue", "none": None, "blue sky": "Blue sky"}.get(value, value)
        return fact.team == team
    if term.field == "tag":
        return value in fact.tags
    if term.field == "org":
        return fact.organization == {"none": None, "bolt": "Bolt & Co"}.get(value, value)
    if term.field == "priority":
        return fact.priority == value
    return fact.assignee == {"me": "ana", "nobody": None}.get(value, "ben")


class Furniture:
    """Teams, organizations and tags of the random desks, made once; and the tickets of each."""

    def __init__(self, work: Session, people: Mapping[str, User]) -> None:
        self.work = work
        self.people = {name: person.id for name, person in people.items()}
        teams = [Team(name=name, members=[people["ana"]] if name == "Blue" else []) for name in TEAMS]
        organizations = [Organization(name=name) for name in ORGANIZATIONS]
        tags = [Tag(name=name) for name in TAGS]
        work.add_all([*teams, *organizations, *tags])
        work.flush()
        work.refresh(people["ana"])
        self.teams = {each.name: each.id for each in teams}
        self.organizations = {each.name: each.id for each in organizations}
        self.tags = {each.name: each.id for each in tags}

    def furnish(self, facts: list[Fact]) -> None:
        """Rows as they are, past the operations, which would tell their own times."""
        if not facts:
            return
        table: Any = Ticket.__table__
        connection = self.work.connection()
        made = connection.execute(insert(table).returning(table.c.id), [self._row(fact) for fact in facts])
        pairs = [
            {"ticket_id": row.id, "tag_id": self.tags[name]}
            for row, fact in zip(made, facts, strict=True)
            for name in fact.tags
        ]
        if pairs:
            connection.execute(insert(ticket_tags), pairs)

    def _row(self, fact: Fact) -> dict[str, Any]:
        someone = self.people["ana"]
        return {
            "title": "A ticket", "version": 1, "via": "web", "requester_id": someone, "creator_id": someone,
            "status": fact.status, "priority": fact.priority, "created_at": fact.created_at,
            "updated_at": fact.created_at, "first_responded_at": fact.answered_at,
            "resolved_at": fact.resolved_at, "first_resolved_at": fact.resolved_at,
            "closed_at": fact.resolved_at if fact.status == "closed" else None, "due_at": fact.due_at,
            "assignee_id": self.people[fact.assignee] if fact.assignee else None,
            "team_id": self.teams[fact.team] if fact.team else None,
            "organization_id": self.organizations[fact.organization] if fact.organization else None,
            "deleted_at": fact.created_at if fact.is_deleted else None,
            "merged_into_id": self.merged_into if fact.is_merged else None,
        }  # fmt: skip

    merged_into: int | None = None
    """The ticket that merged ones went into."""
