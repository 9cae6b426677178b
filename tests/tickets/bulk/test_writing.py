"""The same words for many tickets: what a single answer does, on each of them once, whatever stops in between."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Role, RolePermission
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.core.db import among, db
from helpdesk.core.errors import Conflict
from helpdesk.mail.foreseeing import foresee_letters
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.bulk import editing, writing
from helpdesk.tickets.bulk.jobs import carry_on, forget_bulk_edits
from helpdesk.tickets.bulk.unsending import LEFT
from helpdesk.tickets.bulk.writing import Letter, letter_kept
from helpdesk.tickets.models import BulkRefusal, Comment, HeldComment, Ticket, TicketStatus
from helpdesk.tickets.operations import change_status, delete, reply
from helpdesk.tickets.operations.holding import Hold, publish
from helpdesk.tickets.queries import tickets_for
from tests.conftest import person_named
from tests.tickets.bulk.conftest import edit_named

WORDS = "We know of it, and work on it."


@pytest.fixture
def undo_send(desk):
    """`undo_send(10)`: so many seconds an answer waits before it leaves."""

    def choose(seconds):
        with desk.doing("ada"):
            change_settings(undo_send_seconds=seconds)

    choose(0)
    return choose


@pytest.fixture
def answer(do, undo_send):
    """`answer(ids, status=…)` as Ana; returns the edit's address."""
    return lambda ids, name="reply", **more: do("ana", name, Letter(WORDS, **more).kept, ids)


def written(desk):
    columns = Comment.ticket_id, Comment.content, Comment.is_internal
    return desk.rows(select(*columns).where(~Comment.is_opening).order_by(Comment.ticket_id, Comment.id))


def mailed(desk):
    """The tickets whose customer gets an answer, once for each letter."""
    rows = (
        select(OutboxMessage.ticket_id)
        .join(OutboxRecipient, OutboxRecipient.message_id == OutboxMessage.id)
        .where(OutboxMessage.purpose == MailPurpose.TICKET_ANSWERED)
        .order_by(OutboxMessage.ticket_id)
    )
    return [row[0] for row in desk.rows(rows)]


def statuses(desk, ids):
    rows = desk.rows(select(Ticket.status).where(among(Ticket.id, ids)).order_by(Ticket.id))
    return [TicketStatus(row[0]) for row in rows]


def counted(desk, public_id):
    with desk.doing("ada"):
        edit = edit_named(public_id)
        return edit.position, edit.changed_count, edit.refused_count, edit.stopped_because


def test_an_answer_is_mailed_to_the_customer_of_each_and_waits_for_them(desk, answer, five):
    answer(five, signature="Ana, First line")

    assert written(desk) == [(each, f"{WORDS}\n\nAna, First line", False) for each in five]
    assert mailed(desk) == five
    assert statuses(desk, five) == [TicketStatus.WAITING_ON_CUSTOMER] * 5


def test_an_answer_can_resolve_all_but_those_that_cannot_be(desk, answer, five):
    with desk.doing("ana") as ana:
        change_status(db.session.get_one(Ticket, five[0]), to=TicketStatus.CLOSED, by=ana)

    edit = answer(five, status=TicketStatus.RESOLVED)

    assert statuses(desk, five) == [TicketStatus.CLOSED] + [TicketStatus.RESOLVED] * 4
    assert mailed(desk) == five[1:], "what refused was written nowhere"
    assert written(desk) == [(each, WORDS, False) for each in five[1:]]
    assert counted(desk, edit)[1:3] == (4, 1)
    ((ticket_id, reason),) = desk.rows(select(BulkRefusal.ticket_id, BulkRefusal.reason))
    assert (ticket_id, "Reopen it first" in reason) == (five[0], True)


def test_a_note_is_mailed_to_nobody_and_moves_nothing(desk, answer, five):
    answer(five, "note")

    assert written(desk) == [(each, WORDS, True) for each in five]
    assert mailed(desk) == []
    assert statuses(desk, five) == [TicketStatus.OPEN] * 5


def test_a_customer_who_cannot_be_written_to_gets_no_letter_and_the_look_says_so(desk, answer, five):
    with desk.doing("ada") as ada:
        deactivate(person_named("carl"), by=ada)
    with desk.doing("ana") as ana:
        tickets = tickets_for(ana).where(among(Ticket.id, five))
        letters = foresee_letters("reply", Letter(WORDS).kept, tickets, changing=5, by=ana)
        numbers = list(
            db.session.scalars(tickets.with_only_columns(Ticket.ticket_number).order_by(Ticket.id))
        )

    answer(five)

    assert (letters.count, letters.unreached) == (0, numbers)
    assert mailed(desk) == []
    assert len(written(desk)) == 5


def test_letters_are_foreseen_as_they_leave(desk, answer, five):
    with desk.doing("ana") as ana:
        tickets = tickets_for(ana).where(among(Ticket.id, five[:3]))
        letters = foresee_letters("reply", Letter(WORDS).kept, tickets, changing=3, by=ana)
        carl = person_named("carl").full_name

    answer(five[:3])

    assert (letters.count, letters.names, letters.more) == (len(mailed(desk)), [carl], 0)


def test_nobody_gets_it_twice_although_the_job_dies_half_way(
    desk, answer, five, in_pieces, work_off, monkeypatch
):
    """The third answer kills it: its piece leaves no trace, what was done before stays, the rest comes once."""
    real, calls = reply, []

    def deadly(*args, **more):
        calls.append(1)
        if len(calls) == 4:
            raise SystemExit("killed")
        return real(*args, **more)

    monkeypatch.setattr(writing, "reply", deadly)
    edit = answer(five)
    with desk.doing("ada"):
        edit_id = edit_named(edit).id
    with desk.doing("ada"):
        carry_on(edit_id, position=0)
    with pytest.raises(SystemExit), desk.doing("ada"):
        carry_on(edit_id, position=2)
    assert mailed(desk) == five[:2]
    assert counted(desk, edit) == (2, 2, 0, None)

    with desk.doing("ada"):
        carry_on(edit_id, position=0)  # one that was done is not done again
    work_off()

    assert mailed(desk) == five
    assert [row[0] for row in written(desk)] == five
    assert counted(desk, edit) == (5, 5, 0, None)


def test_it_is_written_in_the_name_and_under_the_rights_of_who_asked(desk, answer, five, in_pieces, work_off):
    edit = answer(five)
    with desk.doing("ada"):
        carry_on(edit_named(edit).id, position=0)
    with desk.doing("ada"):
        role = db.session.get_one(Role, person_named("ana").role_id)
        db.session.refresh(role, ["permissions"])
        role.permissions = [
            RolePermission(permission=each.permission)
            for each in role.permissions
            if each.permission != Permission.ANSWER_TICKETS
        ]

    work_off()

    assert counted(desk, edit) == (2, 2, 0, editing.NOT_ALLOWED)
    assert mailed(desk) == five[:2]
    with desk.doing("ada"):
        ana = person_named("ana").id
    authors = select(Comment.author_id).where(~Comment.is_opening)
    assert desk.rows(authors) == [(ana,)] * 2


def test_what_is_deleted_meanwhile_gets_no_answer(desk, answer, five, in_pieces, work_off):
    edit = answer(five)
    with desk.doing("ada") as ada:
        delete(db.session.get_one(Ticket, five[3]), by=ada)

    work_off()

    assert mailed(desk) == [each for each in five if each != five[3]]
    assert counted(desk, edit) == (5, 4, 1, None)


@pytest.mark.parametrize("text", ["", " \n", "x" * 100_001])
def test_what_says_nothing_or_never_ends_is_refused_before_anything_is_written(desk, do, five, text):
    with pytest.raises(Conflict):
        do("ana", "reply", Letter(text).kept, five)

    assert written(desk) == []


class TestUndo:
    def test_takes_back_what_waits(self, desk, answer, undo, five, undo_send):
        undo_send(10)
        edit = answer(five, status=TicketStatus.RESOLVED)
        assert mailed(desk) == []

        undo("ana", edit)

        assert written(desk) == []
        assert desk.rows(select(HeldComment.comment_id)) == []
        assert statuses(desk, five) == [TicketStatus.OPEN] * 5

    def test_leaves_what_has_left_and_what_others_wrote(self, desk, answer, undo, five, undo_send):
        undo_send(10)
        edit = answer(five)
        with desk.doing("ana") as ana:
            by_hand = reply(
                db.session.get_one(Ticket, five[1]),
                by=ana,
                content="By hand.",
                hold=Hold(clock.now() + timedelta(seconds=30)),
            ).id
            publish(db.session.scalars(select(HeldComment).where(HeldComment.ticket_id == five[0])).one())

        undoing = undo("ana", edit)

        assert [row[:2] for row in written(desk)] == [(five[0], WORDS), (five[1], "By hand.")]
        assert desk.rows(select(HeldComment.comment_id)) == [(by_hand,)]
        assert counted(desk, undoing)[1] == 4

    def test_names_what_leaves_while_it_is_taken_back(
        self, desk, answer, undo, five, undo_send, monkeypatch, work_off
    ):
        undo_send(10)
        edit = answer(five)
        monkeypatch.setattr(editing, "AT_ONCE", 1)
        undoing = undo("ana", edit)
        with desk.doing("ana"):
            publish(db.session.scalars(select(HeldComment).where(HeldComment.ticket_id == five[0])).one())

        work_off()

        assert counted(desk, undoing)[1:3] == (4, 1)
        assert desk.rows(select(BulkRefusal.ticket_id, BulkRefusal.reason)) == [(five[0], LEFT)]

    @pytest.mark.parametrize("seconds", [0, 10])
    def test_comes_too_late(self, desk, answer, undo, five, undo_send, seconds):
        undo_send(seconds)
        edit = answer(five)

        with clock.freeze(clock.now() + timedelta(seconds=seconds + 1)), pytest.raises(Conflict):
            undo("ana", edit)

        assert len(written(desk)) == 5

    def test_of_notes_there_is_none(self, desk, answer, undo, five):
        edit = answer(five, "note")

        with pytest.raises(Conflict):
            undo("ana", edit)


def test_its_words_are_forgotten_with_the_way_back(desk, answer, five):
    edit = answer(five, status=TicketStatus.RESOLVED, signature="Ana")
    with clock.freeze(clock.now() + timedelta(hours=2)), desk.doing("ada"):
        forget_bulk_edits()

    with desk.doing("ada"):
        assert letter_kept(edit_named(edit).value) == Letter("", "", TicketStatus.RESOLVED)


def test_others_wait_for_a_piece_no_longer_than_for_fifty_answers(desk, do, five, undo_send):
    assert not editing.is_long("reply", 50)
    assert editing.is_long("reply", 51)
    assert not editing.is_long("priority", 200)
