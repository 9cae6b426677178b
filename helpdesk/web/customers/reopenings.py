"""Taking up a solved request again, within the time for it."""

from flask import Blueprint, flash, g

from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.operations import reopen
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.conversations import conversation, ticket_of
from helpdesk.web.customers.deeds import deed
from helpdesk.web.languages import gettext as _

bp = Blueprint("reopenings", __name__, url_prefix="/tickets/<number>/reopening")


@bp.post("")
def create(number: str) -> Page:
    ticket = ticket_of(number)
    if ticket.is_open:
        return see_other("customers.tickets.show", number=ticket.ticket_number)
    try:
        with deed():
            reopen(ticket, by=g.customer)
    except Unwelcome as refusal:
        return conversation(number, refusal=refusal), refusal.status
    flash(_("It is open again. Write below what is still missing."))
    return see_other("customers.tickets.show", number=ticket.ticket_number)
