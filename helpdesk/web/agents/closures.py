"""Closing a ticket: nothing more is expected."""

from flask import Blueprint, g

from helpdesk.tickets.models import TicketStatus
from helpdesk.tickets.operations import change_status
from helpdesk.tickets.policy import can_change
from helpdesk.web.agents.deeds import do
from helpdesk.web.answers import Page

bp = Blueprint("closures", __name__, url_prefix="/tickets/<number>/closure")


@bp.post("")
def create(number: str) -> Page:
    return do(
        number, lambda ticket: change_status(ticket, to=TicketStatus.CLOSED, by=g.agent), allowed=can_change
    )
