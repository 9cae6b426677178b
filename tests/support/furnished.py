"""A desk with something of each kind on it, for tests that visit every page of the catalogue."""

import io
from collections.abc import Mapping
from datetime import timedelta

from PIL import Image
from sqlalchemy import select

from helpdesk.accounts.models import Organization, Team
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import (
    Upload,
    add_participant,
    assign,
    change_status,
    change_tags,
    delete,
    move_to_team,
    note,
    open_ticket,
    rename,
    reply,
    set_priority,
    watch,
)
from tests.conftest import person_named
from tests.support.real_desk import RealDesk

MAIL = """Hello,

the printer on the second floor is still on fire. I tried water, it did not help.

> On Friday Ana Agent wrote:
> Please use water.
>> It burns.

Kind regards
Carl"""


def furnish(desk: RealDesk) -> Mapping[str, object]:
    """Tickets of every status, one of them with all there can be on one. Returns the places of the catalogue."""
    full, plain, done, binned = (desk.ask(title) for title in TITLES)
    with desk.doing("ana") as ana:
        ticket = numbered(full)
        ben, cora = person_named("ben"), person_named("cora")
        team = db.session.scalars(select(Team)).one()
        move_to_team(ticket, team=team, by=ana)
        assign(ticket, to=ana, by=ana)
        set_priority(ticket, to=TicketPriority.URGENT, by=ana)
        change_tags(ticket, add=["fire", "smoke", "water", "very long tag of many words"], by=ana)
        watch(ticket, by=ana)
        watch(ticket, by=ben)
        files = [Upload("plan of the second floor.txt", io.BytesIO(b"plan")), Upload("fire.png", picture())]
        reply(ticket, by=ana, content="Please use <b>water</b>.\n\nAnd a bucket.", uploads=files)
        note(ticket, by=ben, content="He has done this before.\n\nhttps://example.com/history")
        rename(ticket, title="The printer on the second floor is on fire", by=ben)
        add_participant(ticket, person=cora, by=ana)
    with desk.doing("carl") as carl:
        reply(numbered(full), by=carl, content=MAIL, uploads=[Upload("smoke.pdf", io.BytesIO(b"%PDF-1.7"))])
    with desk.doing("ana") as ana:
        for status in (TicketStatus.WAITING_ON_CUSTOMER, TicketStatus.IN_PROGRESS):
            change_status(numbered(full), to=status, by=ana)
        change_status(numbered(done), to=TicketStatus.RESOLVED, by=ana)
        change_status(numbered(done), to=TicketStatus.CLOSED, by=ana)
        for status in (TicketStatus.WAITING_ON_CUSTOMER, TicketStatus.IN_PROGRESS):
            change_status(numbered(desk_ask(ana, f"One that is {status.value}")), to=status, by=ana)
        late = numbered(desk_ask(ana, "Late since yesterday " + "with a very long title " * 10))
        late.due_at = clock.now() - timedelta(days=1)
    with desk.doing("ada") as ada:
        delete(numbered(binned), by=ada)
        organization = db.session.scalars(select(Organization)).one()
        organization.notes = "They pay late.\n\nCall before ten."
        carl = person_named("carl")
        carl.notes = "Speaks softly."
        ana = person_named("ana")
        ana.signature = "Ana\nTest desk"
        return {
            "full": full, "plain": plain, "done": done, "binned": binned,
            "person": carl.id, "other": person_named("cora").id, "staff": person_named("ben").id,
            "organization": organization.id, "word": "fire",
        }  # fmt: skip


TITLES = ("The printer is on fire", "Delivery on Saturday?", "It was the cable", "Buy cheap watches")


def desk_ask(by: object, title: str) -> str:
    """A ticket of Carl's that this agent took down."""
    ticket = open_ticket(requester=person_named("carl"), by=by, title=title, description="As he said it.")
    return ticket.ticket_number


def numbered(number: str) -> Ticket:
    """The ticket with this number, in the current session."""
    return db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()


def picture() -> io.BytesIO:
    """A small picture of pixels."""
    content = io.BytesIO()
    Image.new("RGB", (320, 200), (214, 90, 40)).save(content, "PNG")
    content.seek(0)
    return content
