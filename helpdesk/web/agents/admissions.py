"""What a stranger wrote to a ticket: let in, or given a ticket of its own."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, g
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.mail.operations.admitting import admit, move_to_new_ticket
from helpdesk.tickets.models import HeldComment, HeldFor, Ticket
from helpdesk.tickets.policy import can_reply
from helpdesk.web.agents.deeds import do
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("admissions", __name__, url_prefix="/tickets/<number>/held/<held_id>")


@bp.post("/admission")
def create(number: str, held_id: str) -> Page:
    """Published at the ticket; who wrote it takes part from now on."""
    return _decide(number, held_id, _let_in)


@bp.post("/move")
def move(number: str, held_id: str) -> Page:
    return _decide(number, held_id, _move)


def _decide(number: str, held_id: str, deed: Callable[[HeldComment], None]) -> Page:
    return do(number, lambda ticket: deed(_held_or_404(ticket, held_id)), allowed=can_reply)


def _let_in(held: HeldComment) -> None:
    comment = admit(held, by=g.agent)
    db.session.refresh(comment, ["author"])
    flash(_("%(name)s takes part in this ticket now.", name=comment.author.name))


def _move(held: HeldComment) -> None:
    opened = move_to_new_ticket(held, by=g.agent)
    flash(_("The message is now %(number)s, linked to this ticket.", number=opened.ticket_number))


def _held_or_404(ticket: Ticket, held_id: str) -> HeldComment:
    waiting = select(HeldComment).where(
        HeldComment.public_id == held_id,
        HeldComment.ticket_id == ticket.id,
        HeldComment.reason == HeldFor.STRANGER,
    )
    return db.session.scalars(waiting).one_or_none() or abort(404)
