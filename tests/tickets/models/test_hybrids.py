"""Each hybrid says the same in Python and in SQL, for random rows and moments."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.models.status import SETTLED_STATUSES
from tests.support.tally import tally

ZONES = [
    ZoneInfo(name)
    for name in ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
]
# the hours around both clock changes of Berlin and New York are drawn often
EDGES = [
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    datetime(2026, 3, 8, 7, 0, tzinfo=UTC),
    datetime(2026, 11, 1, 6, 0, tzinfo=UTC),
]
moments = st.builds(
    lambda start, seconds, zone: (start + timedelta(seconds=seconds)).astimezone(zone),
    st.sampled_from(EDGES),
    st.integers(-40 * 86_400, 40 * 86_400) | st.integers(-7200, 7200),
    st.sampled_from(ZONES),
)


@st.composite
def tickets(draw: st.DrawFn) -> dict[str, Any]:
    """The columns of a ticket, settled or not, with or without a deadline and an answer."""
    status = draw(st.sampled_from(TicketStatus))
    created_at = draw(moments)
    later = st.none() | st.integers(0, 20 * 86_400).map(
        lambda seconds: created_at + timedelta(seconds=seconds)
    )
    settled = status in SETTLED_STATUSES
    return {
        "status": status,
        "created_at": created_at,
        "due_at": draw(st.none() | moments),
        "first_responded_at": draw(later),
        "resolved_at": created_at if settled else None,
        "closed_at": created_at if status is TicketStatus.CLOSED else None,
        "assignee_id": draw(st.booleans()),
    }


@pytest.fixture
def row(work: Session, ticket: Ticket, ana: User) -> Iterator[SimpleNamespace]:
    return SimpleNamespace(work=work, ticket=ticket, ana=ana)


def store(row: SimpleNamespace, columns: dict[str, Any]) -> Ticket:
    for name, value in columns.items():
        setattr(row.ticket, name, (row.ana.id if value else None) if name == "assignee_id" else value)
    row.work.flush()
    return row.ticket


def in_sql(row: SimpleNamespace, expression: Any) -> Any:
    return row.work.execute(select(expression).where(Ticket.id == row.ticket.id)).scalar_one()


@given(columns=tickets(), now=moments, hours=st.sampled_from([0, 1, 24, 24.5, 100]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_hybrid_means_the_same_in_sql(
    row: SimpleNamespace, columns: dict[str, Any], now: datetime, hours: float
) -> None:
    ticket = store(row, columns)
    tally("hybrid rows")
    with clock.freeze(now):
        for name in ("is_open", "is_overdue", "is_unassigned", "act_by", "description", "age"):
            assert in_sql(row, getattr(Ticket, name)) == getattr(ticket, name), name
        assert in_sql(
            row, Ticket.is_priority_escalation_needed(hours)
        ) == ticket.is_priority_escalation_needed(hours)
        in_python, found = ticket.response_time_hours, in_sql(row, Ticket.response_time_hours)
        assert found == in_python or math.isclose(found, in_python, rel_tol=1e-12)


@pytest.mark.parametrize("status", TicketStatus)
@pytest.mark.parametrize("seconds", [-1, 0, 1])
@pytest.mark.parametrize("dated", [True, False])
def test_overdue_turns_at_the_same_moment(
    row: SimpleNamespace, status: TicketStatus, seconds: int, dated: bool
) -> None:
    created_at = datetime(2026, 5, 1, tzinfo=UTC)
    due_at = datetime(2026, 5, 3, tzinfo=UTC) if dated else None
    settled = created_at if status in SETTLED_STATUSES else None
    ticket = store(
        row,
        {
            "status": status,
            "created_at": created_at,
            "due_at": due_at,
            "resolved_at": settled,
            "closed_at": settled if status is TicketStatus.CLOSED else None,
        },
    )
    deadline = due_at or created_at + timedelta(days=7)

    with clock.freeze(deadline + timedelta(seconds=seconds)):
        assert ticket.is_overdue is (seconds > 0 and status not in SETTLED_STATUSES)
        assert in_sql(row, Ticket.is_overdue) is ticket.is_overdue


@pytest.mark.parametrize("hours, needed", [(23.9, True), (24, False), (24.1, False)])
def test_escalation_is_needed_once_an_untouched_ticket_is_older(
    row: SimpleNamespace, hours: float, needed: bool
) -> None:
    ticket = store(row, {"status": TicketStatus.OPEN, "created_at": datetime(2026, 5, 1, tzinfo=UTC)})

    with clock.freeze(datetime(2026, 5, 2, tzinfo=UTC)):
        assert ticket.is_priority_escalation_needed(hours) is needed
    with clock.freeze(datetime(2026, 5, 2, 0, 0, 1, tzinfo=UTC)):
        assert ticket.is_priority_escalation_needed() is True
        ticket.move_to(TicketStatus.IN_PROGRESS)
        assert ticket.is_priority_escalation_needed() is False


def test_a_kept_statement_obeys_a_stopped_clock(row: SimpleNamespace) -> None:
    store(row, {"created_at": datetime(2026, 5, 1, tzinfo=UTC)})
    kept = select(Ticket.id).where(Ticket.id == row.ticket.id, Ticket.is_overdue)

    with clock.freeze(datetime(2026, 5, 7, tzinfo=UTC)):
        assert row.work.scalar(kept) is None
    with clock.freeze(datetime(2026, 5, 9, tzinfo=UTC)):
        assert row.work.scalar(kept) == row.ticket.id


def test_the_clock_stops_at_aware_moments_only() -> None:
    with pytest.raises(ValueError, match="aware"), clock.freeze(datetime(2026, 5, 1)):  # noqa: DTZ001 — that is the test
        pass
