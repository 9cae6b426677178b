"""The pages that are measured: what people of a desk do all day, and every list an administrator looks at."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from helpdesk.core.db import db

AGENT, ADMIN, CUSTOMER = "agent@example.com", "admin@example.com", "customer@example.com"
SAMPLE = 2_000
COMMON, RARE = 0.05, 0.0015

_WORDS = text("""
select word, count(distinct ticket_id) from (
  select c.ticket_id, unnest(tsvector_to_array(to_tsvector('helpdesk_words', c.content))) as word
  from comments c where not c.is_internal and c.ticket_id = any(:ids)) as said
where length(word) between 5 and 12 and word ~ '^[a-z]+$' group by word
""")
_NUMBERS = text("select id, ticket_number from tickets where deleted_at is null order by id")
_OWN = text("""
select t.ticket_number from tickets t join email_addresses e on e.user_id = t.requester_id
where e.email_key = :address and t.deleted_at is null order by t.last_public_at desc limit 50
""")


@dataclass(frozen=True, slots=True)
class Place:
    """A page of somebody. `reads_all`: it is about all tickets, and may read them."""

    name: str
    who: str
    address: Callable[[int], str]
    reads_all: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What addresses are made of, found on the desk itself."""

    numbers: Sequence[str]
    recent: Sequence[str]
    own: Sequence[str]
    common: str
    rare: str


def known() -> Known:
    """Needs an application. The common word is in about one ticket of twenty, the rare one in very few."""
    chance = random.Random(1)
    rows = db.session.execute(_NUMBERS).all()
    ids = [row[0] for row in chance.sample(rows, min(SAMPLE, len(rows)))]
    words: dict[str, int] = dict(db.session.execute(_WORDS, {"ids": ids}).tuples().all())

    def near(share: float) -> str:
        return min(words, key=lambda word: (abs(words[word] / len(ids) - share), word))

    numbers = [row[1] for row in rows]
    return Known(
        numbers=[chance.choice(numbers) for _ in range(1_000)],
        recent=[chance.choice(numbers[-2_000:]) for _ in range(1_000)],
        own=list(db.session.scalars(_OWN, {"address": CUSTOMER})),
        common=near(COMMON),
        rare=near(RARE),
    )


def places(found: Known) -> list[Place]:
    """All of them; the first ones are those that goals are set for."""
    return [
        Place("queue", AGENT, lambda _n: "/agent/queues/open"),
        Place("ticket", AGENT, lambda n: f"/agent/tickets/{found.recent[n % 1000]}"),
        Place("portal", CUSTOMER, lambda _n: "/portal/tickets"),
        Place("rare word", AGENT, lambda _n: f"/agent/search?q={found.rare}"),
        Place("common word", AGENT, lambda _n: f"/agent/search?q={found.common}"),
        Place("statistics, all there is", ADMIN, lambda _n: f"/agent/statistics{_ALL}", reads_all=True),
        Place("statistics, 28 days", ADMIN, lambda _n: "/agent/statistics", reads_all=True),
        *(_plain(name, AGENT, address) for name, address in _AGENTS.items()),
        Place("ticket, old", AGENT, lambda n: f"/agent/tickets/{found.numbers[n % 1000]}"),
        Place("search: number", AGENT, lambda n: f"/agent/search?q={found.numbers[n % 1000]}"),
        Place("search: two words", AGENT, lambda _n: f"/agent/search?q={found.common}+{found.rare}"),
        Place("portal: ticket", CUSTOMER, lambda n: f"/portal/tickets/{found.own[n % len(found.own)]}"),
        Place("portal: search", CUSTOMER, lambda _n: f"/portal/tickets?q={found.common}"),
        *(_plain(name, ADMIN, address) for name, address in _ADMINS.items()),
    ]


def _plain(name: str, who: str, address: str) -> Place:
    return Place(name, who, lambda _n: address)


_ALL = "?from=2024-01-01&to=2026-12-31"
_AGENTS = {
    "queue: unassigned": "/agent/queues/unassigned",
    "queue: mine": "/agent/queues/mine",
    "queue: teams": "/agent/queues/teams",
    "queue: overdue": "/agent/queues/overdue",
    "queue: waiting": "/agent/queues/waiting",
    "queue: resolved": "/agent/queues/resolved",
    "queue: everything": "/agent/queues/everything",
    "everything by priority": "/agent/queues/everything?sort=priority",
    "everything by status": "/agent/queues/everything?sort=status",
    "filter: tag": "/agent/queues/everything?q=tag:refund",
    "filter: priority, status": "/agent/queues/open?q=priority:high+status:open",
    "filter: a month": "/agent/queues/everything?q=created:2026-03",
    "people": "/agent/people",
    "people: search": "/agent/people?q=anna",
    "organizations": "/agent/organizations",
    "new ticket": "/agent/tickets/new",
}
_ADMINS = {
    "admin: home": "/admin",
    "admin: people": "/admin/people",
    "admin: organizations": "/admin/organizations",
    "admin: audit": "/admin/audit",
    "admin: bin": "/admin/bin",
    "admin: tags": "/admin/tags",
    "admin: teams": "/admin/teams",
    "admin: system": "/admin/system",
}
