"""From a number to its ticket."""

from flask import Blueprint, g, render_template, request

from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.policy import can_open
from helpdesk.tickets.queries import numbered, tickets_for
from helpdesk.web.agents.lookup import number_in
from helpdesk.web.answers import Page, see_other

bp = Blueprint("jumps", __name__, url_prefix="/jump")


@bp.get("")
def show() -> Page:
    typed = request.args.get("number", "").strip()
    meant = number_in(typed)
    if meant is not None:
        found = numbered(tickets_for(g.agent), meant).with_only_columns(Ticket.ticket_number)
        number = db.session.scalar(found)
        if number is not None:
            return see_other("agents.tickets.show", number=number)
    page = render_template("agents/jumps/show.html", typed=typed, meant=meant, can_open=can_open(g.agent))
    return page, 404 if typed else 200
