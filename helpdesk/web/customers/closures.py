"""“Solved, thank you”: the person whose request it is says that it is done."""

from flask import Blueprint, abort, flash, g

from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.operations import resolve
from helpdesk.tickets.policy import can_settle
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.conversations import conversation, ticket_of
from helpdesk.web.customers.deeds import deed
from helpdesk.web.languages import gettext as _

bp = Blueprint("closures", __name__, url_prefix="/tickets/<number>/closure")


@bp.post("")
def create(number: str) -> Page:
    ticket = ticket_of(number)
    if not can_settle(g.customer, ticket):
        abort(403)
    try:
        with deed():
            resolve(ticket, by=g.customer)
    except Unwelcome as refusal:
        return conversation(number, refusal=refusal), refusal.status
    flash(_("Good to hear. Should it come back, reopen it here."))
    return see_other("customers.tickets.show", number=ticket.ticket_number)
