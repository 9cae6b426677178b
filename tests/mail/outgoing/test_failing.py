"""A lost answer marks its ticket, opens it again and alerts whose it is, until it arrives or somebody saw to it."""

import pytest
from sqlalchemy import select

from helpdesk.audit.models import AuditLog
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.mail.models import DeliveryState, MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.operations.failing import delivery_failed, dismiss_failure, resend
from helpdesk.tickets.models import TicketStatus
from helpdesk.tickets.operations import add_participant, assign, delete, reply, resolve


@pytest.fixture
def answer(ticket, ana, ben, send_all):
    """Ana's answer to Carl, sent; the ticket is Ben's and resolved."""
    assign(ticket, to=ben, by=ben)
    reply(ticket, by=ana, content="Use water.")
    send_all()
    resolve(ticket, by=ana)
    return answers()[0]


def answers():
    found = select(OutboxRecipient).join(OutboxRecipient.message).order_by(OutboxRecipient.id)
    return list(db.session.scalars(found.where(OutboxMessage.purpose == MailPurpose.TICKET_ANSWERED)))


def alerts(outbox):
    return [email for purpose, email in outbox() if purpose == "delivery_failed"]


def bounce(recipient, answer="550 5.1.1 unknown"):
    delivery_failed(recipient, state=DeliveryState.BOUNCED, answer=answer)


def test_a_bounce_marks_the_ticket_opens_it_and_tells_whose_it_is(answer, ticket, outbox):
    bounce(answer)

    assert (answer.state, answer.last_error) == (DeliveryState.BOUNCED, "550 5.1.1 unknown")
    assert ticket.delivery_failed_at == answer.state_at
    assert (ticket.status, ticket.resolved_at) == (TicketStatus.OPEN, None)
    assert alerts(outbox) == ["ben@desk.example"]


def test_the_alert_names_address_and_answer_and_is_a_machines(answer, sink, send_all):
    bounce(answer)
    send_all()

    assert sink.last.rcpt_to == ("ben@desk.example",)
    assert "carl@customer.example: 550 5.1.1 unknown" in sink.last.text
    assert sink.last.message["Auto-Submitted"] == "auto-generated"


def test_nobodys_ticket_alerts_who_wrote_the_answer(answer, ticket, ana, outbox):
    assign(ticket, to=None, by=ana)
    bounce(answer)

    assert alerts(outbox) == ["ana@desk.example"]


def test_several_receivers_and_second_bounces_alert_once(ticket, ana, cora, send_all, outbox):
    add_participant(ticket, person=cora, by=ana)
    reply(ticket, by=ana, content="Use water.")
    send_all()
    for recipient in [*answers(), *answers()]:
        bounce(recipient)

    assert alerts(outbox) == ["ana@desk.example"]


def test_an_acknowledgement_that_bounces_alarms_nobody(ticket, send_all, outbox):
    send_all()
    bounce(db.session.scalars(select(OutboxRecipient)).one())

    assert ticket.delivery_failed_at is None
    assert alerts(outbox) == []


def test_in_the_bin_nothing_is_marked(answer, ticket, ada, outbox):
    delete(ticket, by=ada)
    bounce(answer)

    assert answer.state is DeliveryState.BOUNCED
    assert ticket.delivery_failed_at is None
    assert alerts(outbox) == []


def test_sent_again_it_is_the_same_mail_and_the_mark_goes_when_it_has_arrived(
    answer, ticket, ana, sink, send_all
):
    before = sink.last.message
    bounce(answer)
    resend(answer, ana)
    assert answer.state is DeliveryState.WAITING
    assert ticket.delivery_failed_at is not None

    send_all()
    db.session.expire_all()
    again = [mail for mail in sink.mails if mail.message["Message-ID"] == before["Message-ID"]]

    assert len(again) == 2
    assert again[1].message["References"] == before["References"]
    assert ticket.delivery_failed_at is None


def test_the_mark_stays_while_another_one_is_lost(ticket, ana, cora, send_all):
    add_participant(ticket, person=cora, by=ana)
    reply(ticket, by=ana, content="Use water.")
    send_all()
    for recipient in answers():
        bounce(recipient)
    resend(answers()[0], ana)
    send_all()
    db.session.expire_all()
    assert ticket.delivery_failed_at is not None

    resend(answers()[1], ana)
    send_all()
    db.session.expire_all()
    assert ticket.delivery_failed_at is None


def test_what_waits_to_be_sent_again_is_not_lost_by_an_old_bounce(answer, ana):
    bounce(answer)
    resend(answer, ana)
    bounce(answer)

    assert answer.state is DeliveryState.WAITING


def test_only_what_is_lost_is_sent_again_and_the_trail_knows(answer, ana):
    with pytest.raises(Conflict):
        resend(answer, ana)
    bounce(answer)
    resend(answer, ana)
    db.session.commit()

    rows = db.session.scalars(select(AuditLog).where(AuditLog.table_name == "outbox_recipients"))
    assert [row.changes for row in rows] == [{"state": ["bounced", "waiting"]}]


def test_who_does_not_answer_tickets_sends_nothing_again(answer, carl):
    bounce(answer)

    with pytest.raises(Conflict):
        resend(answer, carl)


def test_somebody_has_seen_to_it(answer, ticket, ana):
    bounce(answer)
    dismiss_failure(ticket, ana)

    assert ticket.delivery_failed_at is None
    assert answer.state is DeliveryState.BOUNCED
