"""What becomes of a letter with each of its receivers: sent, put off, failed; and nothing twice."""

from datetime import timedelta

import pytest
from sqlalchemy import delete as delete_rows
from sqlalchemy import select

from helpdesk.background.tables import queued
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail import smtp
from helpdesk.mail.jobs import attend, deliver
from helpdesk.mail.models import DeliveryState, MailboxState, OutboxMessage, OutboxRecipient
from helpdesk.mail.operations import delivering
from helpdesk.mail.operations.sweeping import TOO_OLD
from helpdesk.tickets.operations import add_participant, delete, reply
from tests.mail.outgoing.conftest import sending_mailbox
from tests.support.smtp_sink import smtp_sink


@pytest.fixture
def answer(ticket, ana, cora):
    """The id of Ana's answer to Carl and Cora; the acknowledgement before it is forgotten."""
    db.session.execute(delete_rows(OutboxRecipient))
    db.session.execute(delete_rows(OutboxMessage))
    db.session.expire_all()
    add_participant(ticket, person=cora, by=ana)
    reply(ticket, by=ana, content="Use water.")
    db.session.execute(queued.update().values(status="doing"))  # its job is what the test does
    return db.session.scalars(select(OutboxMessage.id)).one()


def ledger():
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxRecipient).order_by(OutboxRecipient.id)))


def state_of(mailbox):
    return db.session.get(MailboxState, mailbox.id, populate_existing=True)


def later_jobs():
    deliveries = select(queued.c.scheduled_at).where(
        queued.c.task_name == "mail.deliver", queued.c.status == "todo"
    )
    return [each for each in db.session.scalars(deliveries) if each > clock.now()]


class TestSent:
    def test_everybody_gets_their_own_copy_and_the_ledger_keeps_what_the_server_said(
        self, answer, sink, mailbox
    ):
        deliver(answer)

        assert [mail.rcpt_to for mail in sink.mails] == [
            ("carl@customer.example",),
            ("cora@customer.example",),
        ]
        assert [(each.state, each.attempts, each.answer) for each in ledger()] == [
            (DeliveryState.SENT, 1, "250 2.0.0 queued as 1234")
        ] * 2
        assert state_of(mailbox).sent_at is not None

    def test_doing_it_again_sends_nothing_again(self, answer, sink, mailbox):
        deliver(answer)
        deliver(answer)

        assert len(sink.mails) == 2

    def test_who_was_being_written_to_when_the_worker_died_is_written_to_again(self, answer, sink, mailbox):
        ledger()[0].state = DeliveryState.SENDING
        deliver(answer)

        first, second = sink.to("carl@customer.example"), sink.to("cora@customer.example")
        assert len(first) == len(second) == 1
        assert first[0].message["Message-ID"] == second[0].message["Message-ID"]

    def test_without_a_mailbox_that_sends_it_waits(self, answer, states):
        deliver(answer)

        assert states() == ["waiting", "waiting"]

    def test_a_password_is_said_where_there_is_one(self, answer, mailbox, states):
        with smtp_sink(password="let me in") as guarded:
            mailbox.smtp_port, mailbox.smtp_user = guarded.port, "support"
            mailbox.smtp_password = sending_mailbox(
                guarded, "x@desk.example", password="let me in"
            ).smtp_password
            deliver(answer)

        assert states() == ["sent", "sent"]

    def test_a_wrong_password_is_the_mailboxs_trouble_and_costs_no_mail(self, answer, mailbox, states):
        with smtp_sink(password="let me in") as guarded:
            mailbox.smtp_port, mailbox.smtp_user = guarded.port, "support"
            mailbox.smtp_password = sending_mailbox(guarded, "x@desk.example", password="wrong").smtp_password
            deliver(answer)

        assert states() == ["waiting", "waiting"]
        assert state_of(mailbox).send_failure.startswith("535")


class TestPutOff:
    def test_a_refusal_for_now_is_tried_again_for_that_receiver_alone(self, answer, sink, mailbox):
        sink.refusals["carl@customer.example"] = "451 4.7.1 greylisted"
        deliver(answer)

        carl, cora = ledger()
        assert (carl.state, carl.attempts, carl.last_error) == (
            DeliveryState.WAITING,
            1,
            "451 4.7.1 greylisted",
        )
        assert cora.state is DeliveryState.SENT
        assert len(later_jobs()) == 1
        assert state_of(mailbox).send_failed_at is None

        sink.refusals.clear()
        deliver(answer)
        assert ledger()[0].state is DeliveryState.WAITING  # its time has not come
        with clock.freeze(clock.now() + timedelta(minutes=1)):
            deliver(answer)

        assert ledger()[0].state is DeliveryState.SENT
        assert ledger()[0].last_error is None
        assert len(sink.to("cora@customer.example")) == 1

    def test_the_waits_double_up_to_two_hours_and_end_after_a_day(self, answer):
        recipient, waits = ledger()[0], []
        for recipient.attempts in range(1, delivering.TRIES):
            waits.append(delivering.due_at(recipient) - recipient.state_at)

        assert waits[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
        assert max(waits) == timedelta(hours=2)
        assert timedelta(hours=20) < sum(waits, timedelta()) < timedelta(hours=30)

    def test_after_the_last_try_it_has_failed(self, answer, sink, mailbox, ticket):
        sink.after_data = "451 4.3.0 not now"
        for recipient in ledger():
            recipient.attempts = delivering.TRIES - 1
        with clock.freeze(clock.now() + timedelta(hours=3)):
            deliver(answer)

        assert [(each.state, each.last_error) for each in ledger()[:2]] == [
            (DeliveryState.FAILED, "451 4.3.0 not now")
        ] * 2
        assert ticket.delivery_failed_at is not None

    def test_a_server_that_is_not_there_is_left_alone_for_a_moment(self, answer, mailbox, monkeypatch):
        tried = []
        monkeypatch.setattr(smtp, "connect", lambda account: tried.append(account) or refuse())

        def refuse():
            raise ConnectionRefusedError(111, "Connection refused")

        smtp._left_alone.clear()
        deliver(answer)
        smtp._left_alone.clear()

        assert len(tried) == 1
        assert [each.state for each in ledger()] == [DeliveryState.WAITING] * 2
        assert state_of(mailbox).send_failure == "The server could not be reached: Connection refused."


class TestRefused:
    def test_a_refusal_for_good_has_failed_at_once(self, answer, sink, mailbox):
        sink.refusals["carl@customer.example"] = "550 5.1.1 nobody of that name"
        deliver(answer)

        carl, cora = ledger()[:2]
        assert (carl.state, carl.attempts, carl.last_error) == (
            DeliveryState.FAILED,
            1,
            "550 5.1.1 nobody of that name",
        )
        assert cora.state is DeliveryState.SENT

    def test_a_server_without_a_null_return_path_gets_ours(self, ticket, sink, send_all, states):
        sink.sender_refusals[""] = "550 5.7.1 no null sender here"
        send_all()

        assert [mail.mail_from for mail in sink.mails] == ["support@desk.example"]

    def test_more_than_the_server_takes_has_failed_in_plain_words(self, answer, sink, mailbox, monkeypatch):
        monkeypatch.setattr(smtp.smtplib.SMTP, "has_extn", lambda self, name: True)
        original = smtp.connect

        def narrow(account):
            connection = original(account)
            connection.esmtp_features["size"] = "100"
            return connection

        monkeypatch.setattr(smtp, "connect", narrow)
        deliver(answer)

        assert ledger()[0].last_error.endswith("the server takes 100.")


class TestUnwanted:
    def test_a_deleted_ticket_writes_no_letters(self, answer, ticket, ada, sink, mailbox, states):
        delete(ticket, by=ada)
        deliver(answer)

        assert sink.mails == []
        assert states() == ["failed", "failed"]
        assert ticket.delivery_failed_at is None

    def test_who_was_taken_off_meanwhile_gets_nothing(self, answer, ticket, cora, sink, mailbox):
        db.session.refresh(ticket, ["participants"])
        ticket.participants.remove(cora)
        db.session.flush()
        deliver(answer)

        assert [mail.rcpt_to for mail in sink.mails] == [("carl@customer.example",)]


class TestBrake:
    def test_what_is_beyond_the_limit_of_the_hour_waits_and_says_so(self, answer, sink, mailbox, states):
        mailbox.hourly_limit = 1
        deliver(answer)

        assert states() == ["sent", "waiting"]
        assert state_of(mailbox).braked_at is not None
        assert len(later_jobs()) == 1

        with clock.freeze(clock.now() + timedelta(hours=1, minutes=1)):
            deliver(answer)
        assert states() == ["sent", "sent"]
        assert state_of(mailbox).braked_at is None


class TestAttending:
    def test_what_waited_for_a_mailbox_goes_out_once_there_is_one(self, answer, sink, states):
        attend()
        assert later_jobs() == []

        sending_mailbox(sink, "support@desk.example")
        attend()

        names = select(queued.c.args).where(queued.c.task_name == "mail.deliver", queued.c.status == "todo")
        assert db.session.scalars(names).all() == [{"message_id": answer}]

    def test_what_has_a_job_keeps_it(self, answer, sink, mailbox):
        attend()
        attend()

        names = select(queued.c.args).where(
            queued.c.task_name == "mail.deliver",
            queued.c.status == "todo",
            queued.c.args["message_id"].astext == str(answer),
        )
        assert len(db.session.scalars(names).all()) == 1

    def test_old_letters_are_given_up_and_nobody_is_alarmed(self, answer, ticket, mailbox, states):
        with clock.freeze(clock.now() + timedelta(days=4)):
            attend()

        assert {each.last_error for each in ledger()} == {TOO_OLD}
        assert states() == ["failed", "failed"]
        assert ticket.delivery_failed_at is None
