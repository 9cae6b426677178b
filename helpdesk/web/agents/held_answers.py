"""An answer that waits: sent now, taken back into the composer, or put off to another moment."""

from collections.abc import Callable

from flask import Blueprint, flash, g, request
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import HeldComment, HeldFor, Ticket
from helpdesk.tickets.operations.holding import NoLongerHeld, NotAMoment, postpone, publish, take_back
from helpdesk.tickets.policy import can_reply
from helpdesk.web.agents.deeds import allowed_ticket
from helpdesk.web.agents.held_moments import moment_in
from helpdesk.web.agents.sending import forget
from helpdesk.web.agents.ticket_page import show_ticket
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _
from helpdesk.web.moments import compact

bp = Blueprint("held_answers", __name__, url_prefix="/tickets/<number>/held/<held_id>")


@bp.post("/publication")
def create(number: str, held_id: str) -> Page:
    """Send it now."""

    def now(held: HeldComment) -> str:
        publish(held)
        return _("Sent.")

    return _decided(number, held_id, now)


@bp.post("/withdrawal")
def destroy(number: str, held_id: str) -> Page:
    """Undo, or cancel: nothing is lost, it is a draft again."""

    def back(held: HeldComment) -> str:
        draft = take_back(held, by=g.agent)
        if draft.user_id == g.agent.id:
            return _("Not sent. Your text is back in the composer.")
        return _("Not sent. It is a draft of who wrote it again.")

    return _decided(number, held_id, back)


@bp.post("/moment")
def update(number: str, held_id: str) -> Page:
    """Send it at another moment."""

    def later(held: HeldComment) -> str:
        moment = moment_in(request.form.get("send_at", ""), request.form.get("send_on", ""))
        if moment is None:
            raise NotAMoment("Choose a day and an hour to send it at.")
        postpone(held, until=moment, by=g.agent)
        return _("It will be sent: %(moment)s.", moment=compact(moment))

    return _decided(number, held_id, later)


def _decided(number: str, held_id: str, deed: Callable[[HeldComment], str]) -> Page:
    """Do it and show the ticket; where it waits no longer the page says so."""
    ticket = allowed_ticket(number, can_reply)
    forget(held_id)
    try:
        with db.session.begin_nested():
            flash(deed(_held(ticket, held_id)))
    except Unwelcome as refusal:
        return show_ticket(number, alert=_(refusal.sentence)), refusal.status
    return see_other("agents.tickets.show", number=ticket.ticket_number)


def _held(ticket: Ticket, held_id: str) -> HeldComment:
    """Of this ticket, and by staff: a stranger's mail is admitted or moved. Raises NoLongerHeld."""
    found = db.session.scalar(
        select(HeldComment).where(HeldComment.ticket_id == ticket.id, HeldComment.public_id == held_id)
    )
    if found is None or found.reason is HeldFor.STRANGER:
        raise NoLongerHeld
    return found
