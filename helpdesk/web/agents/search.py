"""Search: a number leads to its ticket, anything else to the list of what it finds."""

from flask import Blueprint, g, request

from helpdesk.core.db import db
from helpdesk.queues.catalogue import SEARCH
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import numbered, tickets_for
from helpdesk.web.agents.list_page import show_list
from helpdesk.web.agents.lookup import number_in
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("search", __name__, url_prefix="/search")


@bp.get("")
def show() -> Page:
    number = _number_of(request.args.get("q", ""))
    if number is not None:
        return see_other("agents.tickets.show", number=number)
    return show_list(SEARCH, _("Search"))


def _number_of(typed: str) -> str | None:
    """The number as it is written, if what was typed is that of a ticket this agent may see."""
    meant = number_in(typed)
    if meant is None:
        return None
    found = numbered(tickets_for(g.agent), meant).with_only_columns(Ticket.ticket_number)
    number: str | None = db.session.scalar(found)
    return number
