"""A05: a number in the subject is no key: it opens a ticket of its own, linked for agents."""

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.mail.models import OutboxMessage
from helpdesk.tickets.models import Comment, LinkKind, Ticket, TicketLink
from helpdesk.tickets.requests import follows_up
from tests.support.letters import FROM_NOBODY, FROM_OLGA, a_mailbox, arrives, told

SUBJECTS = ("[{}]", "Re: [#{}] The printer", "{} AW: more", "re:{}")


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("sender", [FROM_OLGA, FROM_NOBODY])
def test_A05_a_strangers_mail_with_a_number_leaves_that_ticket_alone(work, ticket, ana, sender, subject):
    before = (ticket.status, ticket.version, ticket.last_public_at, ticket.last_activity_at)
    mail = arrives(a_mailbox(), sender=sender, subject=subject.format(ticket.ticket_number))
    db.session.refresh(ticket)

    comments = select(Comment.id).where(Comment.ticket_id == ticket.id)
    assert told(mail) == ("new_ticket", "number_in_subject")
    assert mail.ticket_id != ticket.id
    assert len(db.session.scalars(comments).all()) == 1
    assert (ticket.status, ticket.version, ticket.last_public_at, ticket.last_activity_at) == before
    about_it = select(OutboxMessage.purpose).where(OutboxMessage.ticket_id == ticket.id)
    assert [each.value for each in db.session.scalars(about_it)] == ["ticket_received"]


def test_A05_the_link_is_for_agents_alone(work, ticket):
    mail = arrives(a_mailbox(), sender=FROM_OLGA, subject=ticket.ticket_number)

    link = db.session.scalars(select(TicketLink)).one()
    assert (link.ticket_id, link.other_id, link.kind) == (mail.ticket_id, ticket.id, LinkKind.RELATES_TO)
    seen_by_customers = select(follows_up()).select_from(Ticket).where(Ticket.id == mail.ticket_id)
    assert db.session.scalar(seen_by_customers) is None


def test_A05_a_number_nobody_has_is_a_word(work):
    assert told(arrives(a_mailbox(), subject="HD-99999999 is my serial number")) == ("new_ticket", None)
