"""Answers that did not arrive: sent again, one by one or all of a ticket, or seen to in another way."""

from flask import Blueprint, abort, flash, g, request
from sqlalchemy import Select, select

from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.operations.failing import dismiss_failure
from helpdesk.mail.operations.resending import lost_of, resend_these
from helpdesk.mail.policy import LOST
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.policy import can_reply
from helpdesk.tickets.queries import tickets_for
from helpdesk.web.agents.deeds import do
from helpdesk.web.answers import Page
from helpdesk.web.languages import ngettext

bp = Blueprint("deliveries", __name__, url_prefix="/tickets/<number>/deliveries")


@bp.post("")
def create(number: str) -> Page:
    """Send again: one delivery, all that was lost of one message, or what the ticket is marked for."""
    return do(number, _resend, allowed=can_reply)


@bp.post("/dismissal")
def dismiss(number: str) -> Page:
    """Somebody has told them in another way: the ticket is not marked any more."""
    return do(number, lambda ticket: dismiss_failure(ticket, g.agent), allowed=can_reply)


def _resend(ticket: Ticket) -> None:
    lost = db.session.scalars(_wanted(ticket)).all()
    if not lost:
        raise Conflict("Nothing of this is lost any more. Load the page again to see how far it has come.")
    count = resend_these(lost, by=g.agent)
    flash(ngettext("%(num)d mail will be sent again.", "%(num)d mails will be sent again.", count))


def _wanted(ticket: Ticket) -> Select[OutboxRecipient]:
    """What the form names, of this ticket alone."""
    columns = {"delivery": OutboxRecipient.id, "message": OutboxMessage.comment_id}
    named = {name: _number(name) for name in columns if request.form.get(name)}
    if not named:
        return lost_of(tickets_for(g.agent).where(Ticket.id == ticket.id))
    lost = select(OutboxRecipient).join(OutboxRecipient.message).order_by(OutboxRecipient.id)
    return lost.where(
        OutboxMessage.ticket_id == ticket.id,
        OutboxMessage.purpose == MailPurpose.TICKET_ANSWERED,
        OutboxRecipient.state.in_(LOST),
        *(columns[name] == value for name, value in named.items()),
    )


def _number(name: str) -> int:
    found = request.form.get(name, type=int)
    return found if found is not None and 0 < found < 2**63 else abort(400)
