"""Bulk edits: a few tickets at once, many piece by piece under the rights of that moment."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import Role, RolePermission
from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AuditLog
from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.mail.models import MailPurpose, OutboxMessage
from helpdesk.tickets.bulk import editing
from helpdesk.tickets.bulk.deeds import UnknownDeed
from helpdesk.tickets.bulk.jobs import carry_on, forget_bulk_edits
from helpdesk.tickets.models import BulkEdit, BulkRefusal, Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import change_status, delete
from tests.conftest import person_named
from tests.tickets.bulk.conftest import edit_named


@pytest.fixture
def edit(desk):
    """`edit(public_id)`: position, changed, refused, whether it is over, and why it stopped."""

    def look(public_id):
        with desk.doing("ada"):
            found = edit_named(public_id)
            is_over = found.finished_at is not None
            return found.position, found.changed_count, found.refused_count, is_over, found.stopped_because

    return look


def priorities(desk, ids):
    rows = desk.rows(select(Ticket.priority).where(Ticket.id.in_(ids)).order_by(Ticket.id))
    return [row[0] for row in rows]


def test_a_few_change_at_once(desk, do, five, edit):
    public_id = do("ana", "priority", "high", five)

    assert edit(public_id) == (5, 5, 0, True, None)
    assert priorities(desk, five) == [TicketPriority.HIGH] * 5


def test_many_change_piece_by_piece_in_the_name_of_who_asked(desk, do, five, edit, in_pieces, work_off):
    public_id = do("ana", "priority", "high", five)
    assert edit(public_id) == (0, 0, 0, False, None)

    work_off()

    assert edit(public_id) == (5, 5, 0, True, None)
    assert priorities(desk, five) == [TicketPriority.HIGH] * 5
    with desk.doing("ada"):
        trail = select(AuditLog.record_id, AuditLog.user_id, AuditLog.via).where(
            AuditLog.request_id == edit_named(public_id).request_id, AuditLog.table_name == "tickets"
        )
        rows = [tuple(row) for row in db.session.execute(trail.order_by(AuditLog.id))]
        assert rows == [(ticket_id, person_named("ana").id, Via.JOB) for ticket_id in five]


def test_a_piece_that_was_done_is_not_done_again(app, desk, do, five, edit, in_pieces):
    public_id = do("ana", "priority", "high", five)
    with desk.doing("ada"):
        edit_id = edit_named(public_id).id
    for _ in range(2):
        with desk.doing("ada"):
            carry_on(edit_id, position=0)

    assert edit(public_id)[:2] == (2, 2)
    assert priorities(desk, five)[2:] == [TicketPriority.MEDIUM] * 3


def test_who_may_not_any_more_is_stopped_half_way(desk, do, five, edit, in_pieces, work_off):
    public_id = do("ana", "priority", "high", five)
    with desk.doing("ada"):
        edit_id = edit_named(public_id).id
        carry_on(edit_id, position=0)
    with desk.doing("ada"):
        role = db.session.get_one(Role, person_named("ana").role_id)
        db.session.refresh(role, ["permissions"])
        role.permissions = [
            RolePermission(permission=each.permission)
            for each in role.permissions
            if each.permission != Permission.CHANGE_TICKETS
        ]

    work_off()

    assert edit(public_id) == (2, 2, 0, True, editing.NOT_ALLOWED)
    assert priorities(desk, five) == [TicketPriority.HIGH] * 2 + [TicketPriority.MEDIUM] * 3


def test_what_is_out_of_sight_by_then_stays_and_is_named(desk, do, five, edit, in_pieces, work_off):
    public_id = do("ana", "priority", "high", five)
    with desk.doing("ada") as ada:
        delete(db.session.get_one(Ticket, five[3]), by=ada)

    work_off()

    assert edit(public_id) == (5, 4, 1, True, None)
    assert desk.rows(select(BulkRefusal.ticket_id, BulkRefusal.reason)) == [(five[3], editing.OUT_OF_SIGHT)]


def test_those_that_refuse_are_kept_with_their_reasons(desk, do, five, edit):
    with desk.doing("ana") as ana:
        change_status(db.session.get_one(Ticket, five[0]), to=TicketStatus.CLOSED, by=ana)

    public_id = do("ana", "status", "resolved", five)

    assert edit(public_id) == (5, 4, 1, True, None)
    ((ticket_id, reason),) = desk.rows(select(BulkRefusal.ticket_id, BulkRefusal.reason))
    assert ticket_id == five[0]
    assert "Reopen it first" in reason


def test_cancelled_it_goes_no_further(desk, do, five, edit, in_pieces, work_off):
    public_id = do("ana", "priority", "high", five)
    with desk.doing("ada"):
        carry_on(edit_named(public_id).id, position=0)
    with desk.doing("ana"):
        editing.cancel(edit_named(public_id))

    work_off()

    assert edit(public_id) == (2, 2, 0, True, None)
    with desk.doing("ana"), pytest.raises(Conflict):
        editing.cancel(edit_named(public_id))


def test_of_very_many_tickets_only_the_first_are_told_by_a_letter(desk, do, five, in_pieces, work_off):
    with desk.doing("ada"):
        ben = person_named("ben").id

    do("ana", "assignee", str(ben), five)
    work_off()

    letters = select(func.count()).where(OutboxMessage.purpose == MailPurpose.TICKET_ASSIGNED)
    assert desk.rows(letters) == [(2,)], "those of the first piece"


@pytest.mark.parametrize(
    "deed, value", [("status", "gone"), ("assignee", "999999"), ("team", "999999"), ("explode", "")]
)
def test_what_cannot_be_done_is_refused_before_anything_is(desk, do, five, deed, value):
    with pytest.raises((UnknownDeed, Conflict)):
        do("ana", deed, value, five)

    assert desk.rows(select(func.count(BulkEdit.id))) == [(0,)]


def test_what_is_long_over_is_forgotten(desk, do, undo, five):
    undo("ana", do("ana", "priority", "high", five))
    with clock.freeze(clock.now() + timedelta(days=31)), desk.doing("ada"):
        forget_bulk_edits()

    assert desk.rows(select(func.count(BulkEdit.id))) == [(0,)]
