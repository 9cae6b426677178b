"""Moving a ticket to the bin, after a question."""

from flask import Blueprint, flash, g, render_template

from helpdesk.tickets.operations import delete
from helpdesk.tickets.policy import can_delete
from helpdesk.web.agents.deeds import allowed_ticket
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("deletions", __name__, url_prefix="/tickets/<number>/deletion")


@bp.get("/new")
def new(number: str) -> Page:
    return render_template("agents/deletions/new.html", ticket=allowed_ticket(number, can_delete))


@bp.post("")
def create(number: str) -> Page:
    ticket = allowed_ticket(number, can_delete)
    delete(ticket, by=g.agent)
    flash(_("%(number)s is in the bin.", number=ticket.ticket_number))
    return see_other("agents.queues.show", slug="unassigned")
