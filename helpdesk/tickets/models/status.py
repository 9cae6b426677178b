"""The states of a ticket, the moves between them, and priorities."""

from enum import StrEnum


class TicketStatus(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING_ON_CUSTOMER = "waiting_on_customer"
    RESOLVED = "resolved"
    CLOSED = "closed"


class TicketPriority(StrEnum):
    """How much it hurts."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


OPEN_STATUSES = (TicketStatus.OPEN, TicketStatus.IN_PROGRESS, TicketStatus.WAITING_ON_CUSTOMER)
SETTLED_STATUSES = (TicketStatus.RESOLVED, TicketStatus.CLOSED)

MOVES: dict[TicketStatus, frozenset[TicketStatus]] = {
    TicketStatus.OPEN: frozenset(TicketStatus) - {TicketStatus.OPEN},
    TicketStatus.IN_PROGRESS: frozenset(TicketStatus) - {TicketStatus.IN_PROGRESS},
    TicketStatus.WAITING_ON_CUSTOMER: frozenset(TicketStatus) - {TicketStatus.WAITING_ON_CUSTOMER},
    TicketStatus.RESOLVED: frozenset({TicketStatus.OPEN, TicketStatus.CLOSED}),
    TicketStatus.CLOSED: frozenset({TicketStatus.OPEN}),
}
"""From each status, where a ticket may go. From resolved or closed to open is a reopen."""


def rank_in_sql(column: str, kind: type[TicketPriority] | type[TicketStatus]) -> str:
    """The place of a column's value among its kind, for an index that lists are sorted by.

    In lines, as PostgreSQL tells it: Alembic compares the text.
    """
    places = [f"when '{each.value}' then {place}" for place, each in enumerate(kind)]
    return "\n".join(["", f"case {column}", *places, "else 0", "end"])
