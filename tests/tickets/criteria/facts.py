"""Tickets as somebody who knows the desk would remember them, and random ones by a seed."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.tickets.models import TicketPriority, TicketStatus

NOW = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
WORDS = ("printer", "print", "fire", "water", "Fire", "customer")
NAMES = ("Fire Team", "Fire", "Water Works", "Customer")
"""Of organizations and tags; the first two are teams as well."""

TEAMS = NAMES[:2]
HOURS = (1, 23, 24, 25, 24 * 8, 24 * 30)
PEOPLE = {
    "carl": ("Carl Customer", "carl@customer.example"),
    "olga": ("Olga Other", "olga@stranger.example"),
    "ana": ("Ana Agent", "ana@desk.example"),
    "ben": ("Ben Brown", "ben@desk.example"),
}
OTHERS = ("Ada Admin", "Cora Colleague")


@dataclass
class Fact:
    """All that queries ask of a ticket. `held` is a public message nobody outside has seen yet."""

    status: TicketStatus
    priority: TicketPriority
    via: Via
    assignee: str | None
    team: str | None
    organization: str | None
    requester: str
    watchers: frozenset[str]
    tags: frozenset[str]
    title: str
    public: str
    internal: str | None
    held: str | None
    file_of: str | None
    created_at: datetime
    active_at: datetime
    updated_at: datetime
    responded_at: datetime | None
    resolved_at: datetime
    due_at: datetime | None
    seen_at: datetime | None
    is_merged: bool
    is_undelivered: bool
    number: str = field(default="", compare=False)

    @property
    def is_open(self) -> bool:
        return self.status not in (TicketStatus.RESOLVED, TicketStatus.CLOSED)


def random_fact(chance: random.Random) -> Fact:
    pick = chance.choice

    def moment() -> datetime:
        return NOW - timedelta(hours=pick(HOURS))

    def saying() -> str:
        return " ".join(chance.choices(WORDS, k=pick((0, 1, 1, 2, 3))))

    def some(names: tuple[str, ...]) -> frozenset[str]:
        return frozenset(chance.sample(names, pick((0, 0, 1, 2))))

    internal, held = pick((None, saying())), pick((None, None, saying()))
    messages = [
        "public",
        *(["internal"] if internal is not None else []),
        *(["held"] if held is not None else []),
    ]
    return Fact(
        status=pick(tuple(TicketStatus)),
        priority=pick(tuple(TicketPriority)),
        via=pick((Via.WEB, Via.WEB, *Via)),
        assignee=pick(("ana", "ben", None)),
        team=pick((*TEAMS, None)),
        organization=pick((*NAMES, None)),
        requester=pick(("carl", "carl", "olga")),
        watchers=some(("ana", "ben")),
        tags=some(NAMES),
        title=saying(),
        public=saying(),
        internal=internal,
        held=held,
        file_of=pick((None, None, pick(messages))),
        created_at=moment(),
        active_at=moment(),
        updated_at=moment(),
        responded_at=pick((None, moment())),
        resolved_at=moment(),
        due_at=pick((None, moment(), moment() + timedelta(days=4), NOW + timedelta(hours=pick(HOURS)))),
        seen_at=pick((None, moment())),
        is_merged=chance.random() < 0.2,
        is_undelivered=chance.random() < 0.2,
    )
