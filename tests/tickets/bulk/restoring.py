"""A bulk change of very many tickets, taken back: every field as it was, and the trail tells it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.core.db import among, db
from helpdesk.tickets.models import Tag, Ticket, TicketPriority, TicketStatus, ticket_tags
from helpdesk.tickets.operations.bulk import import_tickets
from tests.conftest import person_named
from tests.support.real_desk import RealDesk
from tests.tickets.bulk.conftest import edit_named

FOLLOWS = {"version", "updated_at"}
"""What tells that somebody touched the row, and so moves with an undo as well."""
_STATUSES = tuple(TicketStatus)


def many(desk: RealDesk, count: int) -> list[int]:
    """Tickets in every status, priority and hands, with moments of their own."""
    with desk.doing("ada") as ada:
        ana, carl = person_named("ana"), person_named("carl")
        at = clock.now() - timedelta(days=30)
        return import_tickets(
            (_row(place, at, [None, ana.id, ada.id], carl.id) for place in range(count)), by=ada
        )


def _row(place: int, start: Any, hands: list[int | None], requester_id: int) -> dict[str, Any]:
    status = _STATUSES[place % len(_STATUSES)]
    at = start + timedelta(seconds=place)
    is_settled = status in (TicketStatus.RESOLVED, TicketStatus.CLOSED)
    return {
        "title": f"Ticket {place}",
        "status": status,
        "priority": tuple(TicketPriority)[place % 4],
        "assignee_id": hands[place % len(hands)],
        "requester_id": requester_id,
        "creator_id": requester_id,
        "via": Via.MAIL,
        "created_at": at,
        "updated_at": at,
        "last_activity_at": at,
        "last_public_at": at,
        "first_resolved_at": at if is_settled else None,
        "resolved_at": at if is_settled else None,
        "closed_at": at if status is TicketStatus.CLOSED else None,
        "reopen_count": place % 3,
        "version": 1,
    }


def everything_of(desk: RealDesk, ids: list[int]) -> list[Any]:
    """Every field of these tickets, their tags included."""
    columns = [column for column in Ticket.__table__.columns if column.name not in FOLLOWS]
    tags = (
        select(func.array_agg(Tag.name).aggregate_order_by(Tag.name))
        .join(ticket_tags, ticket_tags.c.tag_id == Tag.id)
        .where(ticket_tags.c.ticket_id == Ticket.id)
        .scalar_subquery()
    )
    return desk.rows(select(*columns, tags).where(among(Ticket.id, ids)).order_by(Ticket.id))


def assert_all_comes_back(
    desk: RealDesk,
    ids: list[int],
    *,
    edit: str,
    before: list[Any],
    undo: Callable[[str, str], str],
    work_off: Callable[[], int],
) -> None:
    """The edit of Ana's changed something; taken back, all is as before, and each step back is in the trail."""
    work_off()
    assert everything_of(desk, ids) != before

    undoing = undo("ana", edit)
    work_off()

    assert everything_of(desk, ids) == before
    with desk.doing("ada"):
        done, back = edit_named(edit), edit_named(undoing)
        assert (back.changed_count, back.refused_count) == (done.changed_count, 0)
        assert back.finished_at is not None
        ana = person_named("ana").id
        told = {each: _trail(each.request_id) for each in (done, back)}
    assert set(told[done]) == set(told[back])
    for ticket_id, (changes, _) in told[done].items():
        undone, by = told[back][ticket_id]
        assert by == ana
        assert undone == {name: [new, old] for name, (old, new) in changes.items()}


def _trail(request_id: str) -> dict[int, tuple[Any, int]]:
    rows = select(AuditLog.record_id, AuditLog.changes, AuditLog.user_id).where(
        AuditLog.request_id == request_id,
        AuditLog.table_name == "tickets",
        AuditLog.action == AuditAction.UPDATE,
    )
    return {row.record_id: (row.changes, row.user_id) for row in db.session.execute(rows)}
