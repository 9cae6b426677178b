"""A ticket that is spam: into the bin, its sender kept out; and back again where it was none."""

from flask import Blueprint, abort, flash, g, redirect, url_for

from helpdesk.mail.operations.releasing import mark_as_spam, unmark_as_spam
from helpdesk.tickets.policy import can_change
from helpdesk.web.agents.blocks import flash_with_undo
from helpdesk.web.agents.deeds import allowed_ticket
from helpdesk.web.agents.lookup import deleted_or_404
from helpdesk.web.agents.origin import Origin, origin_in_request
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("spam", __name__, url_prefix="/tickets/<number>/spam")


@bp.post("")
def create(number: str) -> Page:
    ticket = allowed_ticket(number, can_change)
    blocked = mark_as_spam(ticket, by=g.agent)
    words = _("%(number)s is in the bin.", number=ticket.ticket_number)
    if blocked is not None:
        told = _("Mail from %(sender)s is suspended from now on, replies included.", sender=blocked.value)
        words = f"{words} {told}"
    flash_with_undo(words, url_for("agents.spam.destroy", number=ticket.ticket_number))
    return redirect((origin_in_request() or Origin("unassigned")).url, code=303)


@bp.post("/removal")
def destroy(number: str) -> Page:
    ticket = deleted_or_404(number)
    if not can_change(g.agent, ticket):
        abort(403)
    unmark_as_spam(ticket, by=g.agent)
    flash(_("%(number)s is back, and its sender is let in again.", number=ticket.ticket_number))
    return see_other("agents.tickets.show", number=ticket.ticket_number)
