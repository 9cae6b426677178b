"""A row of a queue tells the whole ticket, and what customers may not read stays out of its first words."""

from datetime import timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Team, User
from helpdesk.core import clock
from helpdesk.core.pagination import keyset_page
from helpdesk.queues.catalogue import listing
from helpdesk.queues.rows import rows_of
from helpdesk.tickets import operations
from helpdesk.tickets.models import Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import Upload
from helpdesk.tickets.queries import tickets_for


def test_a_row_tells_the_whole_ticket(work: Session, ticket: Ticket, ana: User) -> None:
    team = work.scalars(select(Team)).one()
    operations.move_to_team(ticket, team=team, by=ana)
    operations.take(ticket, by=ana)
    operations.change_tags(ticket, add=["smoke", "fire"], by=ana)
    operations.set_priority(ticket, to=TicketPriority.URGENT, by=ana)

    (row,) = work.execute(rows_of(tickets_for(ana), ana))

    assert row._mapping == {
        "ticket_number": ticket.ticket_number,
        "title": "The printer is on fire",
        "status": TicketStatus.IN_PROGRESS,
        "priority": TicketPriority.URGENT,
        "assignee_id": ana.id,
        "last_activity_at": ticket.last_activity_at,
        "act_by": ticket.created_at + timedelta(days=7),
        "is_overdue": False,
        "is_undelivered": False,
        "requester": "Carl Customer",
        "organization": "Customer Inc",
        "assignee": "Ana Agent",
        "team": "First line",
        "tags": [{"name": "fire", "color": "#6b6b6b"}, {"name": "smoke", "color": "#6b6b6b"}],
        "words": "It burns.\n\nPlease help.",
        "has_attachments": False,
        "is_unread": True,
    }


def test_the_first_words_are_those_of_the_last_public_message(
    work: Session, ticket: Ticket, ana: User
) -> None:
    operations.reply(ticket, by=ana, content="Use water. " * 40)
    operations.note(ticket, by=ana, content="Or do not.")

    (row,) = work.execute(rows_of(tickets_for(ana), ana))

    assert row.words == ("Use water. " * 40)[:100]


def test_a_person_without_a_name_is_called_by_address(
    work: Session, ticket: Ticket, carl: User, ana: User
) -> None:
    carl.full_name = ""
    work.flush()

    (row,) = work.execute(rows_of(tickets_for(ana), ana))

    assert (row.requester, row.assignee) == ("carl@customer.example", None)


def test_a_file_in_any_message_marks_the_row(work: Session, ticket: Ticket, ana: User) -> None:
    operations.note(ticket, by=ana, content="The plan.", uploads=[Upload("plan.txt", BytesIO(b"plan"))])

    (row,) = work.execute(rows_of(tickets_for(ana), ana))

    assert row.has_attachments


def test_what_is_due_first_comes_first(work: Session, ticket: Ticket, carl: User, ana: User) -> None:
    def opened(title: str, **deadline: float) -> None:
        due_at = clock.now() + timedelta(**deadline)
        operations.open_ticket(requester=carl, by=carl, title=title, description="…", due_at=due_at)

    opened("in an hour", hours=1)
    opened("an hour ago", hours=-1)
    opened("in a month", days=30)

    found = listing("open", "", "", ana, zone=ZoneInfo("UTC"))
    page = keyset_page(rows_of(found.tickets, ana), found.order, size=10)

    assert [row.title for row in page.rows] == [
        "an hour ago",
        "in an hour",
        "The printer is on fire",  # seven days, for want of a deadline
        "in a month",
    ]
    assert [row.is_overdue for row in page.rows] == [True, False, False, False]
