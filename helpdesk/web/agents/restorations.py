"""Taking a ticket out of the bin, as it was."""

from flask import Blueprint, abort, flash, g

from helpdesk.tickets.operations import restore
from helpdesk.tickets.policy import can_delete
from helpdesk.web.agents.lookup import deleted_or_404
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("restorations", __name__, url_prefix="/tickets/<number>/restoration")


@bp.post("")
def create(number: str) -> Page:
    ticket = deleted_or_404(number)
    if not can_delete(g.agent, ticket):
        abort(403)
    restore(ticket, by=g.agent)
    flash(_("%(number)s is back, as it was.", number=ticket.ticket_number))
    return see_other("agents.tickets.show", number=ticket.ticket_number)
