"""One request as its page shows it: the letters, who takes part, and what can be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, render_template, url_for
from markupsafe import Markup
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Attachment, Comment, Ticket, TicketStatus, ticket_participants
from helpdesk.tickets.operations.progressing import is_too_late
from helpdesk.tickets.policy import can_settle
from helpdesk.tickets.queries import comments_for, numbered, tickets_for
from helpdesk.web import doorway
from helpdesk.web.customers.forms import LetterForm
from helpdesk.web.customers.people import called
from helpdesk.web.filters import person_tone
from helpdesk.web.languages import gettext as _


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
    attachments: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reader:
    """One who takes part on the customers' side."""

    name: str
    tone: str
    is_me: bool


def ticket_of(number: str) -> Ticket:
    """The request with this number, if the signed-in customer may see it: 404 for all others alike."""
    found: Ticket = db.one_or_404(numbered(tickets_for(g.customer), number))
    return found


def conversation(ticket: Ticket, *, form: LetterForm | None = None, refusal: Unwelcome | None = None) -> str:
    """The page of one request. `form` holds an answer that was not taken, `refusal` says what could not be done."""
    letters = [_letter(comment) for comment in _comments(ticket)]
    too_late = is_too_late(ticket, days=doorway.desk().reopen_days)
    return render_template(
        "customers/tickets/show.html",
        ticket=ticket,
        letters=letters,
        readers=_readers(ticket),
        form=form or LetterForm(formdata=None),
        refusal=refusal,
        asked_by=_asked_by(ticket, letters),
        can_write=not too_late,
        can_settle=ticket.is_open and can_settle(g.customer, ticket),
        can_reopen=not ticket.is_open and not too_late,
    )


def _comments(ticket: Ticket) -> Sequence[Comment]:
    author = joinedload(Comment.author).load_only(User.full_name, User.is_staff)
    return db.session.scalars(comments_for(g.customer, ticket).options(author)).all()


def _letter(comment: Comment) -> Letter:
    author, desk_name = comment.author, doorway.desk().desk_name
    is_mine = author.id == g.customer.id
    second = _("to %(desk)s", desk=desk_name) if is_mine else desk_name if author.is_staff else ""
    return Letter(
        id=f"message-{comment.id}",
        name=called(author.full_name, is_staff=author.is_staff),
        second=second,
        tone=person_tone(author.id),
        is_mine=is_mine,
        is_staff=author.is_staff,
        moment=comment.created_at,
        body=Markup(comment.content_html),  # noqa: S704 — sanitised when it was written
        attachments=[_file(attachment) for attachment in comment.attachments],
    )


def _file(attachment: Attachment) -> dict[str, Any]:
    return {
        "name": attachment.filename,
        "size": attachment.size,
        "content_type": attachment.content_type,
        "url": url_for("files.show", public_id=attachment.public_id),
    }


def _readers(ticket: Ticket) -> list[Reader]:
    """The customers who take part, the one who reads first."""
    invited = select(ticket_participants.c.user_id).where(ticket_participants.c.ticket_id == ticket.id)
    people = db.session.execute(
        select(User.id, User.full_name)
        .where(or_(User.id == ticket.requester_id, User.id.in_(invited)))
        .order_by(User.id != g.customer.id, User.id)
    )
    return [
        Reader(
            name=called(person.full_name, is_staff=False),
            tone=person_tone(person.id),
            is_me=person.id == g.customer.id,
        )
        for person in people
    ]


def _asked_by(ticket: Ticket, letters: Sequence[Letter]) -> str | None:
    """Who of the staff waits for this customer's answer."""
    waits = ticket.status is TicketStatus.WAITING_ON_CUSTOMER and ticket.requester_id == g.customer.id
    return letters[-1].name if waits and letters and letters[-1].is_staff else None
