"""One request as its page shows it: the letters, who takes part, and what can be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, g, render_template, url_for
from markupsafe import Markup
from sqlalchemy import BigInteger, Row, Select, bindparam
from sqlalchemy.orm import joinedload

from helpdesk.accounts.models import Team, User
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.row_security import acting_as
from helpdesk.tickets.kept import kept, values_of
from helpdesk.tickets.models import Attachment, Comment, Ticket, TicketStatus
from helpdesk.tickets.operations import mark_read
from helpdesk.tickets.operations.progressing import is_too_late, reopen_days
from helpdesk.tickets.policy import can_invite, can_settle
from helpdesk.tickets.queries import comments_in, numbered, tickets_for
from helpdesk.tickets.requests import (
    followed_up_by,
    follows_up,
    has_seen,
    name_of_organization,
    organization_id,
    people_in_it,
)
from helpdesk.web import doorway
from helpdesk.web.access import note_ticket
from helpdesk.web.customers.belonging import learn_name
from helpdesk.web.customers.forms import InviteForm, LetterForm
from helpdesk.web.customers.people import called
from helpdesk.web.customers.promises import answer_time
from helpdesk.web.file_labels import label_of
from helpdesk.web.filters import person_tone
from helpdesk.web.languages import gettext as _
from helpdesk.web.quoted import parted


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, as components/letter.html takes it."""

    id: str
    name: str
    second: str
    tone: str
    is_mine: bool
    is_staff: bool
    moment: datetime
    body: Markup
    quoted: Markup
    """What its end repeats of earlier letters: folded, they stand above."""
    quoted_lines: int
    attachments: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reader:
    """One who takes part on the customers' side."""

    name: str
    tone: str
    is_me: bool


def ticket_of(number: str) -> Ticket:
    """The request with this number, if the reader may see it: 404 for all others alike."""
    found: Ticket = db.one_or_404(numbered(tickets_for(g.customer), number))
    return found


def conversation(
    number: str,
    *,
    form: LetterForm | None = None,
    invite_form: InviteForm | None = None,
    refusal: Unwelcome | None = None,
    is_read: bool = False,
) -> str:
    """The page of one request. A form holds what was not taken, `refusal` says what could not be done."""
    found = _found(number)
    ticket: Ticket = found.Ticket
    note_ticket(g.customer, ticket)
    letters = _letters(ticket)
    if is_read and not found.has_seen:
        _note_reading(ticket)
    days = reopen_days(ticket, doorway.desk())
    too_late = is_too_late(ticket, days=days)
    return render_template(
        "customers/tickets/show.html",
        ticket=ticket,
        letters=letters,
        readers=_readers(found.people),
        form=form or LetterForm(formdata=None),
        invite_form=invite_form or InviteForm(formdata=None),
        refusal=refusal,
        asked_by=_asked_by(ticket, letters),
        follows_up=found.follows_up,
        followed_up_by=found.followed_up_by,
        promise="" if any(each.is_staff for each in letters) else answer_time(),
        too_late=too_late,
        reopen_days=days,
        can_settle=ticket.is_open and can_settle(g.customer, ticket),
        can_reopen=not ticket.is_open and not too_late,
        can_invite=not too_late and not g.by_link and can_invite(g.customer, ticket),
    )


def printed(number: str) -> str:
    """The same for paper."""
    found = _found(number)
    note_ticket(g.customer, found.Ticket)
    return render_template(
        "customers/tickets/print.html",
        ticket=found.Ticket,
        letters=_letters(found.Ticket),
        readers=_readers(found.people),
    )


def _found(number: str) -> Row[Any]:
    """The request and what its page says of it, in one statement: 404 for those the reader may not see."""
    reader = g.customer
    meant = {"number": number.strip().upper(), "organization": organization_id(reader), **values_of(reader)}
    found = db.session.execute(_request(reader), meant).one_or_none()
    if found is None:
        abort(404)
    learn_name(found.organization)
    return found


@kept
def _request(reader: User) -> Select[*tuple[Any, ...]]:
    """The ticket of the `number` it is run with, and the name of the `organization`."""
    mine = tickets_for(reader).where(Ticket.ticket_number == bindparam("number"))
    return mine.options(joinedload(Ticket.team).load_only(Team.reopen_days)).add_columns(
        people_in_it().label("people"),
        has_seen(reader).label("has_seen"),
        follows_up().label("follows_up"),
        followed_up_by().label("followed_up_by"),
        name_of_organization(bindparam("organization", type_=BigInteger())).label("organization"),
    )


def _note_reading(ticket: Ticket) -> None:
    with acting_as(db.session(), DatabaseRole.APP):
        mark_read(ticket, by=g.customer)


def _letters(ticket: Ticket) -> list[Letter]:
    comments = db.session.scalars(_comments(g.customer), {"ticket_id": ticket.id, **values_of(g.customer)})
    return [_letter(comment) for comment in comments.unique()]


@kept
def _comments(reader: User) -> Select[Comment]:
    """Those of the ticket whose `ticket_id` it is run with, each with its author."""
    author = joinedload(Comment.author).load_only(User.full_name, User.is_staff)
    return comments_in(reader, bindparam("ticket_id", type_=BigInteger()), at_once=True).options(author)


def _letter(comment: Comment) -> Letter:
    author, desk_name = comment.author, doorway.desk().desk_name
    is_mine = author.id == g.customer.id
    told = parted(comment.content_html)
    second = _("to %(desk)s", desk=desk_name) if is_mine else desk_name if author.is_staff else ""
    return Letter(
        id=f"message-{comment.id}",
        name=called(author.full_name, is_staff=author.is_staff),
        second=second,
        tone=person_tone(author.id),
        is_mine=is_mine,
        is_staff=author.is_staff,
        moment=comment.created_at,
        body=told.body,
        quoted=told.quoted,
        quoted_lines=told.lines,
        attachments=[_file(each) for each in comment.attachments if not each.is_inline],
    )


def _file(attachment: Attachment) -> dict[str, Any]:
    return {
        "name": attachment.filename,
        "size": attachment.size,
        "content_type": attachment.content_type,
        "label": label_of(attachment.filename),
        "url": url_for("files.show", public_id=attachment.public_id),
    }


def _readers(people: Sequence[dict[str, Any]]) -> list[Reader]:
    """The customers who take part, the one who reads first."""
    readers = [
        Reader(
            name=called(person["name"], is_staff=False),
            tone=person_tone(person["id"]),
            is_me=person["id"] == g.customer.id,
        )
        for person in people
    ]
    return sorted(readers, key=lambda reader: not reader.is_me)


def _asked_by(ticket: Ticket, letters: Sequence[Letter]) -> str | None:
    """Who of the staff waits for this customer's answer."""
    waits = ticket.status is TicketStatus.WAITING_ON_CUSTOMER and ticket.requester_id == g.customer.id
    return letters[-1].name if waits and letters and letters[-1].is_staff else None
