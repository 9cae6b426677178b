"""What agents hear by mail: of tickets they are given and of customers' answers; and how that ends."""

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.mail.models import MailPurpose, OutboxMessage
from helpdesk.mail.reply_tokens import Claim, read_reply_token
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.operations import assign, bulk, note, open_ticket, reply, take
from helpdesk.tickets.queries import tickets_for


@pytest.fixture
def told(outbox):
    """`told()` says which agents were told what, oldest first."""

    def look():
        return [row for row in outbox() if row[0] in ("ticket_assigned", "customer_answered")]

    return look


class TestAssignments:
    def test_whom_a_colleague_gives_a_ticket_is_told(self, ticket, ana, ben, told):
        assign(ticket, to=ben, by=ana)

        assert told() == [("ticket_assigned", "ben@desk.example")]

    def test_who_takes_one_or_loses_one_is_not(self, ticket, ana, ben, told):
        take(ticket, by=ben)
        assign(ticket, to=None, by=ana)

        assert told() == []

    def test_the_desk_can_switch_it_off(self, ticket, ana, ben, told):
        change_settings(mails_assignments=False)
        assign(ticket, to=ben, by=ana)

        assert told() == []

    def test_many_at_once_flood_nobody(self, carl, ana, ben, told):
        for _turn in range(20):
            open_ticket(requester=carl, by=ana, title="x", description="x")
        bulk.assign_all(tickets_for(ana), to=ben, by=ana)

        assert len(told()) == 5


class TestAnswers:
    def test_whose_ticket_it_is_reads_the_answer_and_can_answer_it(
        self, ticket, ana, carl, sink, mailbox, send_all
    ):
        mailbox.has_plus_addresses = True
        take(ticket, by=ana)
        send_all()
        reply(ticket, by=carl, content="It burns on.\n\nHelp!")
        sink.mails.clear()
        send_all()
        (mail,) = sink.mails

        assert mail.rcpt_to == ("ana@desk.example",)
        assert "> It burns on.\n>\n> Help!" in mail.text.replace("\r", "")
        assert f"http://desk.example/agent/tickets/{ticket.ticket_number}" in mail.text
        assert mail.message["Reply-To"].addresses[0].addr_spec.startswith("support+hd")
        assert mail.message["Auto-Submitted"] == "auto-generated"

    def test_nobodys_ticket_tells_nobody(self, ticket, carl, told):
        reply(ticket, by=carl, content="It burns on.")

        assert told() == []

    def test_what_colleagues_write_is_no_news_by_mail(self, ticket, ana, ben, told):
        take(ticket, by=ana)
        note(ticket, by=ben, content="He always does that.")
        reply(ticket, by=ben, content="Use water.")

        assert told() == []

    def test_the_desk_can_switch_it_off(self, ticket, ana, carl, told):
        change_settings(mails_customer_answers=False)
        take(ticket, by=ana)
        reply(ticket, by=carl, content="It burns on.")

        assert told() == []


def test_acknowledgements_can_be_switched_off(carl, work):
    change_settings(acknowledges_requests=False)
    open_ticket(requester=carl, by=carl, title="x", description="x")

    assert db.session.scalars(select(OutboxMessage.id)).all() == []


def test_an_acknowledgement_tells_its_ticket_in_its_message_id(ticket, carl, work):
    sent = select(OutboxMessage.message_id).where(OutboxMessage.purpose == MailPurpose.TICKET_RECEIVED)

    assert read_reply_token(db.session.scalars(sent).one()) == Claim(ticket.id, carl.id)
