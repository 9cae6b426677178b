"""Answers that wait: nothing of them is known before they are published, and until then they can be taken back."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.background.tables import queued
from helpdesk.core import clock
from helpdesk.mail.models import MailPurpose, OutboxMessage
from helpdesk.tickets import jobs
from helpdesk.tickets.models import (
    Comment,
    CommentRecipient,
    Draft,
    HeldComment,
    HeldFor,
    Mode,
    StagedFile,
    Ticket,
    TicketStatus,
)
from helpdesk.tickets.models.lifecycle import ImpossibleMove
from helpdesk.tickets.operations import Upload, change_status, delete, note, reply
from helpdesk.tickets.operations.addressing import recipients_named
from helpdesk.tickets.operations.drafting import save_draft
from helpdesk.tickets.operations.holding import (
    Hold,
    NoLongerHeld,
    NotAMoment,
    postpone,
    publish,
    take_back,
)
from helpdesk.tickets.operations.replying import ThreadGrew
from helpdesk.tickets.operations.writing import Writing

TEN = timedelta(seconds=10)
TOMORROW = timedelta(days=1)


Pass = Callable[[timedelta], None]


@pytest.fixture
def passes() -> Iterator[Pass]:
    """Time passes, and stands still then."""
    with ExitStack() as stopped:
        yield lambda span: stopped.enter_context(clock.freeze(clock.now() + span)) and None


@pytest.fixture
def hold(work: Session, ticket: Ticket, ana: User) -> Callable[..., HeldComment]:
    """Ana's answer, which waits."""

    def held(text: str = "Have you tried turning it off?", **more: object) -> HeldComment:
        wait = Hold(clock.now() + TEN, **more.pop("hold", {}))  # type: ignore[arg-type]  # of the test
        comment = reply(ticket, by=ana, content=text, hold=wait, **more)  # type: ignore[arg-type]  # likewise
        return work.get_one(HeldComment, comment.id)

    return held


@pytest.fixture
def later(hold: Callable[..., HeldComment]) -> HeldComment:
    return hold(hold={"reason": HeldFor.LATER, "cancels_on_answer": True})


def answers_mailed(work: Session) -> int:
    answers = OutboxMessage.purpose == MailPurpose.TICKET_ANSWERED
    return work.scalars(select(func.count()).select_from(OutboxMessage).where(answers)).one()


def test_an_answer_that_waits_has_not_happened_yet(
    work: Session, ticket: Ticket, hold: Callable[..., HeldComment]
) -> None:
    before = (ticket.status, ticket.last_public_at, ticket.last_activity_at)

    held = hold()

    assert work.get_one(Comment, held.comment_id).published_at is None
    assert (ticket.status, ticket.last_public_at, ticket.last_activity_at) == before
    assert ticket.first_responded_at is None
    assert answers_mailed(work) == 0


def test_publishing_is_when_it_happens(
    work: Session, ticket: Ticket, hold: Callable[..., HeldComment], passes: Pass
) -> None:
    held = hold()
    passes(TEN)

    comment = publish(held)

    now = clock.now()
    assert (comment.published_at, comment.created_at, ticket.first_responded_at) == (now, now, now)
    assert (ticket.last_public_at, ticket.status) == (now, TicketStatus.WAITING_ON_CUSTOMER)
    assert answers_mailed(work) == 1
    assert work.get(HeldComment, comment.id) is None


def test_the_status_its_writer_wanted_comes_with_it(ticket: Ticket, hold: Callable[..., HeldComment]) -> None:
    held = hold(status=TicketStatus.RESOLVED)
    assert ticket.status is TicketStatus.OPEN

    publish(held)

    assert ticket.status is TicketStatus.RESOLVED


def test_what_cannot_be_is_said_when_it_is_sent(
    ticket: Ticket, hold: Callable[..., HeldComment], ben: User
) -> None:
    change_status(ticket, to=TicketStatus.CLOSED, by=ben)

    with pytest.raises(ImpossibleMove):
        hold(status=TicketStatus.IN_PROGRESS)


def test_a_ticket_closed_meanwhile_stays_so_and_the_answer_goes_out(
    work: Session, ticket: Ticket, hold: Callable[..., HeldComment], ben: User
) -> None:
    held = hold(status=TicketStatus.IN_PROGRESS)
    change_status(ticket, to=TicketStatus.CLOSED, by=ben)

    publish(held)

    assert ticket.status is TicketStatus.CLOSED
    assert answers_mailed(work) == 1


def test_what_a_customer_wrote_while_it_waited_is_not_answered_by_it(
    ticket: Ticket, hold: Callable[..., HeldComment], carl: User, passes: Pass
) -> None:
    held = hold(status=TicketStatus.RESOLVED)
    passes(TEN / 2)
    reply(ticket, by=carl, content="One more thing.")

    publish(held)

    assert ticket.status is TicketStatus.OPEN


def test_taken_back_it_is_a_draft_with_its_files_and_recipients(
    work: Session, ticket: Ticket, hold: Callable[..., HeldComment], ana: User
) -> None:
    chosen = recipients_named(
        ticket, to=["carl@customer.example"], cc=["New <new@customer.example>"], bcc=["eye@x.example"]
    )
    files = [Upload("plan.txt", BytesIO(b"step 1"))]
    held = hold(recipients=chosen, uploads=files)

    draft = take_back(held, by=ana)

    assert (draft.content, draft.mode, draft.is_cancelled) == (
        "<p>Have you tried turning it off?</p>",
        Mode.REPLY,
        False,
    )
    assert draft.recipients == {
        "to": ["carl@customer.example"],
        "cc": ["new@customer.example"],
        "bcc": ["eye@x.example"],
    }
    staged = work.scalars(select(StagedFile)).one()
    assert (staged.filename, staged.user_id, staged.ticket_id) == ("plan.txt", ana.id, ticket.id)
    assert work.get(Comment, held.comment_id) is None
    assert work.scalars(select(CommentRecipient)).all() == []
    assert [person.email for person in _participants(work, ticket)] == []


def test_the_signature_comes_below_once(hold: Callable[..., HeldComment], ana: User, work: Session) -> None:
    ana.signature = "Ana\nSupport"
    held = hold(Writing("Done.", signature=ana.signature))

    assert take_back(held, by=ana).content == "<p>Done.</p>"


def test_what_was_begun_meanwhile_stands_below(
    ticket: Ticket, hold: Callable[..., HeldComment], ana: User
) -> None:
    held = hold("First.")
    save_draft(ticket, by=ana, mode=Mode.REPLY, content=Writing("Second."))

    assert take_back(held, by=ana).content == "<p>First.</p><p>Second.</p>"


def test_beside_a_note_it_stays_among_staff(
    ticket: Ticket, hold: Callable[..., HeldComment], ana: User
) -> None:
    held = hold("First.")
    save_draft(ticket, by=ana, mode=Mode.NOTE, content=Writing("They are late with paying."))

    assert take_back(held, by=ana).mode is Mode.NOTE


def test_it_is_decided_once(hold: Callable[..., HeldComment], ana: User) -> None:
    held = hold()
    publish(held)

    for late in (lambda: publish(held), lambda: take_back(held, by=ana)):
        with pytest.raises(NoLongerHeld):
            late()


@pytest.mark.parametrize("wait", [timedelta(seconds=-1), timedelta(days=400)])
def test_only_a_moment_ahead_can_be_chosen(
    ticket: Ticket, ana: User, later: HeldComment, wait: timedelta
) -> None:
    with pytest.raises(NotAMoment):
        reply(ticket, by=ana, content="Hello.", hold=Hold(clock.now() + wait, HeldFor.LATER))
    with pytest.raises(NotAMoment):
        postpone(later, until=clock.now() + wait, by=ana)


def test_the_customers_answer_makes_a_draft_of_what_was_to_be_sent_later(
    work: Session, ticket: Ticket, later: HeldComment, carl: User, ana: User
) -> None:
    reply(ticket, by=carl, content="It works again.")

    draft = work.scalars(select(Draft)).one()
    assert (draft.user_id, draft.is_cancelled) == (ana.id, True)
    assert work.get(HeldComment, later.comment_id) is None


def test_notes_and_colleagues_cancel_nothing(
    work: Session, ticket: Ticket, later: HeldComment, ben: User
) -> None:
    note(ticket, by=ben, content="Looks good.")
    reply(ticket, by=ben, content="We are on it.")

    assert work.get(HeldComment, later.comment_id) is not None


def test_what_is_to_go_all_the_same_goes(
    work: Session, ticket: Ticket, hold: Callable[..., HeldComment], carl: User
) -> None:
    held = hold(hold={"reason": HeldFor.LATER})

    reply(ticket, by=carl, content="It works again.")

    assert work.get(HeldComment, held.comment_id) is not None


class TestJob:
    def test_it_publishes_when_its_time_has_come(
        self, work: Session, hold: Callable[..., HeldComment], passes: Pass
    ) -> None:
        held = hold()
        assert planned(work) == [held.publish_at]

        jobs.publish_held(held.comment_id)
        assert work.get_one(Comment, held.comment_id).published_at is None

        passes(TEN)
        jobs.publish_held(held.comment_id)
        jobs.publish_held(held.comment_id)  # safe to repeat
        assert work.get_one(Comment, held.comment_id).published_at == clock.now()
        assert answers_mailed(work) == 1

    def test_another_moment_is_another_job(self, work: Session, later: HeldComment, ana: User) -> None:
        first = later.publish_at

        postpone(later, until=clock.now() + TOMORROW, by=ana)

        assert planned(work) == [first, later.publish_at]

    def test_nothing_is_sent_from_the_bin(
        self, work: Session, ticket: Ticket, hold: Callable[..., HeldComment], ana: User, passes: Pass
    ) -> None:
        held = hold()
        delete(ticket, by=ana)
        passes(TEN)

        jobs.publish_held(held.comment_id)

        assert work.get(Comment, held.comment_id) is None
        assert work.scalars(select(Draft.user_id)).all() == [ana.id]
        assert answers_mailed(work) == 0

    def test_who_left_sends_nothing_any_more(
        self, work: Session, later: HeldComment, ana: User, ada: User, passes: Pass
    ) -> None:
        deactivate(ana, by=ada)
        passes(TEN)

        jobs.publish_held(later.comment_id)

        assert work.get_one(Comment, later.comment_id).published_at is None
        assert publish(later).published_at is not None  # a colleague may

    def test_it_is_its_writers_deed(
        self, work: Session, hold: Callable[..., HeldComment], ana: User, passes: Pass
    ) -> None:
        from helpdesk.core import current

        held = hold()
        passes(TEN)

        jobs.publish_held(held.comment_id)

        assert current.entry().user_id == ana.id


def test_what_waits_is_no_news_and_what_others_wrote_is_once_it_is_published(
    ticket: Ticket, hold: Callable[..., HeldComment], ben: User
) -> None:
    held = hold()
    note(ticket, by=ben, content="Fine.", seen=1)

    publish(held)

    with pytest.raises(ThreadGrew):
        reply(ticket, by=ben, content="Hello.", seen=1)


def planned(work: Session) -> list[datetime]:
    found = select(queued.c.scheduled_at).where(queued.c.task_name == "tickets.publish_held")
    return list(work.scalars(found.order_by(queued.c.id)))


def _participants(work: Session, ticket: Ticket) -> list[User]:
    work.refresh(ticket, ["participants"])
    return ticket.participants
