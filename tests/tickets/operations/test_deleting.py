"""The bin: what lies in it is nowhere, and comes back as it was."""

from io import BytesIO

from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import Upload, delete, reply, restore
from helpdesk.tickets.queries import attachments_for, deleted_for, tickets_for


def test_a_deleted_ticket_is_invisible_until_it_is_restored(
    work: Session, ticket: Ticket, ada: User, carl: User
) -> None:
    reply(ticket, by=carl, content="see file", uploads=[Upload("a.txt", BytesIO(b"bytes"))])
    for person in (ada, carl):
        assert work.scalars(tickets_for(person)).all() == [ticket]
        assert len(work.scalars(attachments_for(person)).all()) == 1

    delete(ticket, by=ada)

    for person in (ada, carl):
        assert work.scalars(tickets_for(person)).all() == []
        assert work.scalars(attachments_for(person)).all() == []
    assert work.scalars(deleted_for(ada)).all() == [ticket]

    restore(ticket, by=ada)

    assert work.scalars(tickets_for(carl)).all() == [ticket]
    assert work.scalars(deleted_for(ada)).all() == []


def test_deleting_twice_keeps_the_first_moment(ticket: Ticket, ada: User) -> None:
    delete(ticket, by=ada)
    first = ticket.deleted_at
    delete(ticket, by=ada)

    assert ticket.deleted_at == first
