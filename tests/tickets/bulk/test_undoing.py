"""Undo: every field as it was, in tickets nobody changed since; told in the trail, once, and within the hour."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import Team
from helpdesk.accounts.operations.roles import create_role
from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.core.db import among, db
from helpdesk.core.errors import Conflict
from helpdesk.mail.models import OutboxMessage
from helpdesk.tickets.bulk import undoing
from helpdesk.tickets.bulk.editing import cancel
from helpdesk.tickets.bulk.jobs import carry_on
from helpdesk.tickets.bulk.policy import UNDO_WITHIN
from helpdesk.tickets.models import BulkRefusal, Tag, Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import change_status, change_tags, delete, rename, reply, set_priority
from helpdesk.tickets.operations.bulk import change_tags_of_all
from helpdesk.tickets.policy import visible_to, would_see
from tests.conftest import person_named
from tests.support.tally import tally
from tests.tickets.bulk.conftest import edit_named
from tests.tickets.bulk.restoring import assert_all_comes_back, everything_of, many


def value_for(desk, deed, value):
    """The ids that stand for people and teams in an edit."""
    with desk.doing("ada"):
        if deed == "assignee" and value:
            return str(person_named(value).id)
        return str(db.session.scalar(select(Team.id))) if deed == "team" and value else value


@pytest.mark.parametrize(
    "deed, value",
    [
        ("status", "open"),
        ("status", "resolved"),
        ("status", "closed"),
        ("priority", "urgent"),
        ("assignee", "ben"),
        ("assignee", ""),
        ("team", "first"),
        ("add_tag", "vip"),
        ("remove_tag", "old"),
        ("delete", ""),
    ],
)
def test_every_field_is_as_it_was(desk, do, undo, work_off, deed, value):
    ids = many(desk, 24)
    with desk.doing("ada") as ada:
        some = among(Ticket.id, ids[::2])
        change_tags_of_all(select(Ticket).where(some), add=["old", "kept", "vip"], by=ada)
        ana = person_named("ana")
        ana.role_id = ada.role_id  # may delete as well
    before = everything_of(desk, ids)

    edit = do("ana", deed, value_for(desk, deed, value), ids)

    assert_all_comes_back(desk, ids, edit=edit, before=before, undo=undo, work_off=work_off)


def test_of_a_thousand_tickets_as_well(desk, do, undo, work_off):
    ids = many(desk, 1000)
    before = everything_of(desk, ids)

    edit = do("ana", "status", "resolved", ids)

    assert_all_comes_back(desk, ids, edit=edit, before=before, undo=undo, work_off=work_off)
    tally("tickets changed in bulk and taken back, every field compared", len(ids))


@pytest.fixture
def reasons(desk):
    """The tickets that stayed as they are, and why."""
    return lambda: dict(desk.rows(select(BulkRefusal.ticket_id, BulkRefusal.reason)))


def test_what_somebody_changed_since_stays_and_is_named(desk, do, undo, five, reasons):
    edit = do("ana", "status", "resolved", five)
    with desk.doing("ben") as ben:
        change_status(db.session.get_one(Ticket, five[0]), to=TicketStatus.CLOSED, by=ben)
    with desk.doing("carl") as carl:
        reply(db.session.get_one(Ticket, five[1]), by=carl, content="It still burns.")
    with desk.doing("ben") as ben:
        rename(db.session.get_one(Ticket, five[2]), title="Another title", by=ben)

    undo("ana", edit)

    rows = desk.rows(select(Ticket.status, Ticket.title).where(among(Ticket.id, five)).order_by(Ticket.id))
    assert [row[0] for row in rows] == [TicketStatus.CLOSED, *[TicketStatus.OPEN] * 4]
    assert rows[2][1] == "Another title", "what else changed stays"
    assert reasons() == dict.fromkeys(five[:2], undoing.CHANGED_SINCE["status"])


def test_what_was_changed_and_changed_back_has_changed(desk, do, undo, five, reasons):
    edit = do("ana", "priority", "high", five)
    for priority in (TicketPriority.LOW, TicketPriority.HIGH):
        with desk.doing("ben") as ben:
            set_priority(db.session.get_one(Ticket, five[0]), to=priority, by=ben)

    undo("ana", edit)

    assert reasons() == {five[0]: undoing.CHANGED_SINCE["priority"]}


def test_other_tags_that_came_since_stay(desk, do, undo, five, reasons):
    edit = do("ana", "add_tag", "vip", five)
    with desk.doing("ben") as ben:
        change_tags(db.session.get_one(Ticket, five[0]), add=["other"], by=ben)
        change_tags(db.session.get_one(Ticket, five[1]), remove=["vip"], by=ben)

    undo("ana", edit)

    tags = [row[-1] for row in everything_of(desk, five)]
    assert tags == [["other"], None, None, None, None]
    assert reasons() == {five[1]: undoing.CHANGED_SINCE["tags"]}


def test_a_tag_that_is_gone_does_not_come_back(desk, do, undo, five, reasons):
    do("ana", "add_tag", "vip", five)
    edit = do("ana", "remove_tag", "vip", five)
    with desk.doing("ada"):
        db.session.delete(db.session.scalars(select(Tag).where(Tag.name == "vip")).one())

    undo("ana", edit)

    assert reasons() == dict.fromkeys(five, undoing.TAG_GONE)


def test_what_was_deleted_since_stays_deleted(desk, do, undo, five, reasons):
    undo("ada", do("ada", "delete", "", five[:1]))
    again = do("ada", "priority", "high", five)
    with desk.doing("ada") as ada:
        delete(db.session.get_one(Ticket, five[0]), by=ada)

    undo("ada", again)

    assert {row[0] for row in desk.rows(select(Ticket.priority))} == {TicketPriority.MEDIUM}
    assert reasons() == {}, "that it lies in the bin is another matter"


def test_an_undo_writes_to_nobody(desk, do, undo, five):
    with desk.doing("ada"):
        ben = str(person_named("ben").id)
    do("ana", "assignee", ben, five[:2])
    edit = do("ana", "assignee", "", five[:2])
    letters = select(func.count(OutboxMessage.id))
    sent = desk.rows(letters)

    undo("ana", edit)

    assert desk.rows(letters) == sent


def test_what_one_gave_away_comes_back_to_who_sees_only_what_they_have(desk, do, undo, five):
    with desk.doing("ada"):
        own = create_role(name="Own", permissions=[Permission.CHANGE_TICKETS], by=person_named("ada"))
        ana, ben = person_named("ana"), person_named("ben")
        ana.role_id = own.id
        for ticket_id in five:
            db.session.get_one(Ticket, ticket_id).assignee_id = ana.id
        to, her = str(ben.id), ana.id
    edit = do("ana", "assignee", to, five)

    undo("ana", edit)

    assert desk.rows(select(Ticket.assignee_id).distinct()) == [(her,)]


@pytest.mark.parametrize("permission", [None, Permission.SEE_TEAM_TICKETS, Permission.SEE_EVERY_TICKET])
def test_what_one_would_see_is_what_one_sees(desk, five, permission):
    with desk.doing("ada") as ada:
        given = [Permission.CHANGE_TICKETS, *([permission] if permission else [])]
        role = create_role(name="Some", permissions=given, by=ada)
        ana = person_named("ana")
        ana.role_id = role.id
        team = db.session.scalar(select(Team.id))
        hands = ((None, None), (ana.id, None), (None, team), (ada.id, team), (ada.id, None))
        for ticket_id, (assignee_id, team_id) in zip(five, hands, strict=True):
            ticket = db.session.get_one(Ticket, ticket_id)
            ticket.assignee_id, ticket.team_id = assignee_id, team_id
    with desk.doing("ana") as ana:
        seen = set(db.session.scalars(select(Ticket.id).where(visible_to(ana))))
        foretold = [would_see(ana, assignee_id=who, team_id=where) for who, where in hands]

    assert [ticket_id in seen for ticket_id in five] == foretold


class TestARefusal:
    def test_of_a_second_undo(self, do, undo, five):
        edit = do("ana", "priority", "high", five)
        undo("ana", edit)

        with pytest.raises(Conflict, match="undone already"):
            undo("ana", edit)

    def test_of_an_undo_of_an_undo(self, do, undo, five):
        undone = undo("ana", do("ana", "priority", "high", five))

        with pytest.raises(Conflict, match="any more"):
            undo("ana", undone)

    def test_after_an_hour(self, do, undo, five):
        edit = do("ana", "priority", "high", five)

        with clock.freeze(clock.now() + UNDO_WITHIN + timedelta(minutes=1)), pytest.raises(Conflict):
            undo("ana", edit)

    def test_of_somebody_elses(self, do, undo, five):
        edit = do("ana", "priority", "high", five)

        with pytest.raises(Conflict):
            undo("ben", edit)

    def test_while_it_goes_on(self, do, undo, five, in_pieces):
        edit = do("ana", "priority", "high", five)

        with pytest.raises(Conflict):
            undo("ana", edit)

    def test_of_what_changed_nothing(self, do, undo, five):
        edit = do("ana", "priority", "medium", five)

        with pytest.raises(Conflict):
            undo("ana", edit)


def test_what_was_done_before_it_was_cancelled_can_be_undone(desk, do, undo, five, in_pieces, work_off):
    before = everything_of(desk, five)
    edit = do("ana", "priority", "high", five)
    with desk.doing("ada"):
        carry_on(edit_named(edit).id, position=0)
    with desk.doing("ana"):
        cancel(edit_named(edit))

    undo("ana", edit)
    work_off()

    assert everything_of(desk, five) == before
