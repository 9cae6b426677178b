"""Late answers, mails that overtake each other, unwanted mail, second tries."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Team
from helpdesk.background.tables import queued
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.mail.models import BlockedSender, BlockKind, Door, InboundMessage, MailboxState, Verdict
from helpdesk.mail.operations.blocking import NotBlockable, block, unblock
from helpdesk.mail.operations.filing import file_forgotten, file_message
from helpdesk.mail.operations.receiving import receive
from helpdesk.mail.operations.releasing import dismiss, mark_as_spam, recover, release, rerun, unmark_as_spam
from helpdesk.mail.queries.alarms import AlarmKind, alarms
from helpdesk.mail.reply_tokens import plus_address, reply_token
from helpdesk.tickets.models import Comment, HeldComment, HeldFor, LinkKind, Ticket, TicketLink, TicketStatus
from helpdesk.tickets.operations import change_status, reply
from helpdesk.tickets.operations.holding import Hold
from tests.support.letters import (
    FROM_CARL,
    FROM_NOBODY,
    FROM_OLGA,
    SUPPORT,
    a_mailbox,
    arrives,
    told,
    written,
)


def to(ticket, person):
    return plus_address(SUPPORT, reply_token(ticket.id, person.id))


def filed_again(mail):
    file_message(mail)
    db.session.refresh(mail)
    return told(mail)


def test_an_answer_in_time_opens_a_closed_ticket_again(mailbox, ticket, carl, ana):
    change_status(ticket, to=TicketStatus.CLOSED, by=ana)
    mail = arrives(mailbox, to=to(ticket, carl))

    assert told(mail) == ("reply", None)
    assert ticket.status is TicketStatus.OPEN


def test_an_answer_too_late_opens_a_linked_ticket(mailbox, ticket, carl, ana):
    change_status(ticket, to=TicketStatus.CLOSED, by=ana)
    ticket.closed_at = clock.now() - timedelta(days=15)
    db.session.flush()
    mail = arrives(mailbox, to=to(ticket, carl), text="Again.")

    link = db.session.scalars(select(TicketLink)).one()
    assert told(mail) == ("new_ticket", "too_late")
    assert (link.ticket_id, link.other_id, link.kind) == (mail.ticket_id, ticket.id, LinkKind.FOLLOWS_UP)
    assert ticket.status is TicketStatus.CLOSED


def test_the_team_of_the_mailbox_gets_what_arrives_there(mailbox):
    mailbox.team_id = db.session.scalars(select(Team.id)).one()
    db.session.flush()

    assert db.session.get_one(Ticket, arrives(mailbox).ticket_id).team_id == mailbox.team_id


def test_an_answer_waits_for_the_mail_it_answers(mailbox, carl):
    """Several workers file side by side: the second mail must not overtake the first."""
    letters = (written(message_id="<1@x.example>"), written(text="And more.", in_reply_to="<1@x.example>"))
    first, second = (receive(bytes(each), mailbox=mailbox, door=Door.IMAP) for each in letters)
    assert filed_again(second) == ("waiting", None)
    assert second.attempts == 0

    assert filed_again(first) == ("new_ticket", None)
    assert filed_again(second) == ("reply", None)
    assert second.ticket_id == first.ticket_id


def test_it_does_not_wait_for_ever(mailbox):
    receive(bytes(written()), mailbox=mailbox, door=Door.IMAP)
    second = receive(bytes(written(in_reply_to="<1@x.example>")), mailbox=mailbox, door=Door.IMAP)
    second.created_at = clock.now() - timedelta(minutes=1)
    db.session.flush()

    assert filed_again(second) == ("new_ticket", None)


def test_a_verdict_is_given_once(mailbox):
    mail = arrives(mailbox)
    assert filed_again(mail) == ("new_ticket", None)

    assert len(db.session.scalars(select(Ticket.id)).all()) == 1


def test_a_mail_whose_job_was_lost_is_found(mailbox, work):
    mail = receive(bytes(written()), mailbox=mailbox, door=Door.IMAP)
    work.execute(queued.delete())
    mail.created_at = clock.now() - timedelta(hours=1)
    db.session.flush()
    file_forgotten()

    assert work.scalars(select(queued.c.args)).all() == [{"inbound_id": mail.id}]


def test_old_mail_is_filed_and_not_answered(mailbox, outbox):
    mail = arrives(mailbox, arrived_at=clock.now() - timedelta(days=3))
    ticket = db.session.get_one(Ticket, mail.ticket_id)

    assert ticket.created_at == mail.arrived_at
    assert outbox() == []


def test_an_answer_by_mail_cancels_what_was_to_be_sent_later(mailbox, ticket, carl, ana):
    later = Hold(clock.now() + timedelta(days=1), HeldFor.LATER, cancels_on_answer=True)
    reply(ticket, by=ana, content="By the way.", hold=later)
    arrives(mailbox, to=to(ticket, carl))

    assert db.session.scalars(select(HeldComment)).all() == []


@pytest.mark.parametrize(
    "kind, value", [(BlockKind.ADDRESS, "Olga@Stranger.example"), (BlockKind.DOMAIN, "stranger.example")]
)
def test_who_is_blocked_is_suspended_replies_included(mailbox, ticket, ada, olga, ana, kind, value):
    blocked = block(kind=kind, value=value, note="Spam", by=ada)
    ticket.requester_id = olga.id
    db.session.flush()

    assert told(arrives(mailbox, sender=FROM_OLGA, to=to(ticket, olga))) == ("suspended", "blocked")
    assert told(arrives(mailbox, sender="olga@sub.stranger.example"))[0] == (
        "suspended" if kind is BlockKind.DOMAIN else "new_ticket"
    )
    assert block(kind=kind, value=value, by=ada).id == blocked.id
    unblock(blocked, by=ada)
    assert told(arrives(mailbox, sender=FROM_OLGA, to=to(ticket, olga), text="2")) == ("reply", None)


@pytest.mark.parametrize(
    "kind, value",
    [
        (BlockKind.ADDRESS, "nonsense"),
        (BlockKind.ADDRESS, "ana@desk.example"),
        (BlockKind.ADDRESS, SUPPORT),
        (BlockKind.DOMAIN, "desk.example"),
        (BlockKind.DOMAIN, "example"),
        (BlockKind.DOMAIN, "gmail.com"),
        (BlockKind.DOMAIN, "not a domain"),
    ],
)
def test_ourselves_and_everybody_cannot_be_blocked(mailbox, ada, kind, value):
    with pytest.raises(NotBlockable):
        block(kind=kind, value=value, by=ada)


@pytest.mark.parametrize("mark", [{"x_spam_flag": "YES"}, {"x_spam_status": "Yes, score=9.1"}])
def test_spam_headers_count_where_the_server_is_trusted(work, ticket, carl, mark):
    mailbox = a_mailbox(trusts_spam_headers=True)

    assert told(arrives(mailbox, sender=FROM_NOBODY, **mark)) == ("suspended", "spam")
    assert told(arrives(mailbox, to=to(ticket, carl), **mark)) == ("reply", None)
    mailbox.trusts_spam_headers = False
    assert told(arrives(mailbox, sender=FROM_NOBODY, text="2", **mark)) == ("new_ticket", None)


def test_what_is_recovered_is_filed(work, ada):
    mail = arrives(a_mailbox(trusts_spam_headers=True), sender=FROM_NOBODY, x_spam_flag="YES")
    recover(mail, ada)

    assert filed_again(mail) == ("new_ticket", None)
    assert mail.released_by_id == ada.id
    for again in (recover, release, rerun):
        with pytest.raises(Conflict):
            again(mail, ada)


def test_a_forged_token_that_is_released_proves_nothing(mailbox, ticket, carl, ada):
    forged = to(ticket, carl).replace("@", "a@")
    mail = arrives(mailbox, to=forged)
    assert told(mail) == ("quarantined", "forged_token")
    release(mail, ada)

    assert filed_again(mail) == ("new_ticket", None)


def test_spam_goes_to_the_bin_with_its_sender_and_comes_back(mailbox, ana):
    mail = arrives(mailbox, sender=FROM_NOBODY)
    ticket = db.session.get_one(Ticket, mail.ticket_id)
    blocked = mark_as_spam(ticket, ana)

    assert (told(mail), ticket.deleted_at is None) == (("suspended", "marked_as_spam"), False)
    assert (blocked.value, blocked.note) == ("nora@new.example", ticket.ticket_number)
    assert told(arrives(mailbox, sender=FROM_NOBODY, text="2")) == ("suspended", "blocked")
    unmark_as_spam(ticket, ana)
    assert (told(mail), ticket.deleted_at) == (("new_ticket", None), None)
    assert db.session.scalars(select(BlockedSender)).all() == []


def test_administrators_know_what_waits(mailbox, ticket, carl, work):
    state = MailboxState(mailbox_id=mailbox.id, failed_at=clock.now() - timedelta(hours=1), failure="BYE")
    work.add(state)
    mailbox.oauth_ends_at = clock.now() + timedelta(days=3)
    arrives(mailbox, to=to(ticket, carl).replace("@", "a@"))
    arrives(mailbox, sender=FROM_OLGA, to=to(ticket, carl))
    waiting = receive(bytes(written(text="3")), mailbox=mailbox, door=Door.IMAP)
    waiting.created_at = clock.now() - timedelta(hours=1)
    work.flush()

    assert [(each.kind, each.count, each.mailbox, each.detail) for each in alarms()] == [
        (AlarmKind.QUARANTINED, 1, "", ""),
        (AlarmKind.WAITING, 1, "", ""),
        (AlarmKind.STRANGERS, 1, "", ""),
        (AlarmKind.FETCHING, 1, "Support", "BYE"),
        (AlarmKind.PERMISSION, 1, "Support", ""),
    ]


def test_nothing_to_do_is_no_alarm(mailbox):
    assert told(arrives(mailbox, sender=FROM_CARL)) == ("new_ticket", None)
    assert alarms() == []
    assert db.session.scalars(select(InboundMessage.verdict)).all() == [Verdict.NEW_TICKET]
    assert db.session.scalars(select(Comment.is_opening)).all() == [True]


def test_what_was_dismissed_is_no_alarm_any_more(mailbox, ada):
    mail = arrives(mailbox, sender="")
    assert [each.kind for each in alarms()] == [AlarmKind.FAILED]
    dismiss(mail, ada)

    assert told(mail) == ("ignored", "no_sender")
    assert alarms() == []
    with pytest.raises(Conflict):
        dismiss(mail, ada)
