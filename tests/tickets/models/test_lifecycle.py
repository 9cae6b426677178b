"""Every move between statuses, the moments it keeps, and the moves that are refused."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.core import clock
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.models.lifecycle import ImpossibleMove
from helpdesk.tickets.models.status import MOVES, OPEN_STATUSES, SETTLED_STATUSES

OPEN, IN_PROGRESS, WAITING, RESOLVED, CLOSED = TicketStatus
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ALLOWED = {
    *((a, b) for a, b in product(OPEN_STATUSES, TicketStatus) if a is not b),
    (RESOLVED, OPEN),
    (RESOLVED, CLOSED),
    (CLOSED, OPEN),
}


def in_status(status: TicketStatus) -> Ticket:
    ticket = Ticket(status=OPEN, reopen_count=0)
    with clock.freeze(NOON):
        ticket.move_to(status)
    return ticket


def test_the_table_of_moves_is_the_one_of_the_design() -> None:
    assert {(a, b) for a, targets in MOVES.items() for b in targets} == ALLOWED


@pytest.mark.parametrize("start, to", list(product(TicketStatus, TicketStatus)))
def test_each_move_keeps_the_moments_right(start: TicketStatus, to: TicketStatus) -> None:
    ticket = in_status(start)
    later = NOON + timedelta(hours=1)
    if start is not to and (start, to) not in ALLOWED:
        with pytest.raises(ImpossibleMove, match=r"[Rr]eopen"):
            ticket.move_to(to)
        assert ticket.status is start
        return

    with clock.freeze(later):
        changed = ticket.move_to(to)

    assert changed is (start is not to)
    assert ticket.status is to
    settled_at = NOON if start in SETTLED_STATUSES else later
    assert ticket.resolved_at == (settled_at if to in SETTLED_STATUSES else None)
    assert ticket.closed_at == ((NOON if start is CLOSED else later) if to is CLOSED else None)
    ever_settled = start in SETTLED_STATUSES or to in SETTLED_STATUSES
    assert ticket.first_resolved_at == (settled_at if ever_settled else None)
    assert ticket.reopen_count == (1 if start in SETTLED_STATUSES and to is OPEN else 0)


def test_a_second_resolution_keeps_the_first_moment() -> None:
    ticket = in_status(RESOLVED)

    with clock.freeze(NOON + timedelta(days=1)):
        ticket.move_to(OPEN)
        ticket.move_to(RESOLVED)

    assert ticket.first_resolved_at == NOON
    assert ticket.resolved_at == NOON + timedelta(days=1)


@pytest.mark.parametrize(
    "status, resolved_at, closed_at",
    [(RESOLVED, None, None), (OPEN, NOON, None), (CLOSED, NOON, None), (RESOLVED, NOON, NOON)],
)
def test_the_database_refuses_a_status_without_its_moment(
    work: Session,
    ticket: Ticket,
    status: TicketStatus,
    resolved_at: datetime | None,
    closed_at: datetime | None,
) -> None:
    ticket.status, ticket.resolved_at, ticket.closed_at = status, resolved_at, closed_at

    with pytest.raises(IntegrityError, match="has_moment"):
        work.flush()
