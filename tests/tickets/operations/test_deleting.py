"""The bin, and what is left when a ticket is purged: nothing but the word of who did it."""

from io import BytesIO

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.audit.models import AuditLog
from helpdesk.core import current
from helpdesk.core.current import DatabaseRole
from helpdesk.core.row_security import acting_as
from helpdesk.tickets.models import Attachment, Comment, Ticket, TicketLink
from helpdesk.tickets.models.links import LinkKind
from helpdesk.tickets.operations import (
    Upload,
    add_participant,
    delete,
    note,
    open_ticket,
    reply,
    restore,
    set_tags,
    watch,
)
from helpdesk.tickets.operations.deleting import purge
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


def test_a_purge_takes_everything_a_deleted_ticket_had(
    work: Session, transaction: Connection, ticket: Ticket, ada: User, ana: User, carl: User, cora: User
) -> None:
    reply(ticket, by=carl, content="see file", uploads=[Upload("a.txt", BytesIO(b"bytes"))])
    note(ticket, by=ana, content="hm")
    set_tags(ticket, names=["vip"], by=ana)
    watch(ticket, by=ana)
    add_participant(ticket, person=cora, by=carl)
    other = open_ticket(requester=carl, by=carl, title="Other", description="stays")
    other.merged_into_id = ticket.id
    work.add(TicketLink(ticket_id=other.id, other_id=ticket.id, kind=LinkKind.DUPLICATES))
    number, ticket_id = ticket.ticket_number, ticket.id
    delete(ticket, by=ada)
    work.commit()
    transaction.execute(text("set local role helpdesk_owner"))

    with current.entering(current.Via.JOB):
        assert purge(transaction, ticket_ids=[ticket_id, other.id], by_id=ada.id) == 1
        assert purge(transaction, ticket_ids=[ticket_id], by_id=ada.id) == 0

    left = {
        table: transaction.scalar(text(f"select count(*) from {table} where ticket_id = {ticket_id}"))
        for table in ("comments", "ticket_tags", "ticket_watchers", "ticket_participants", "outbox_messages")
    }
    assert set(left.values()) == {0}
    work.expire_all()
    with acting_as(work, DatabaseRole.APP):
        assert work.scalars(select(Ticket.id)).all() == [other.id]
        assert work.scalars(select(Comment.ticket_id)).all() == [other.id]
        assert work.scalar(select(func.count()).select_from(Attachment)) == 0
        assert work.scalar(select(func.count()).select_from(TicketLink)) == 0
        assert work.get_one(Ticket, other.id).merged_into_id is None
        (word,) = work.scalars(select(AuditLog).where(AuditLog.ticket_id == ticket_id))
        assert (word.action, word.user_id, word.changes) == (
            "purge",
            ada.id,
            {"ticket_number": [number, None]},
        )
