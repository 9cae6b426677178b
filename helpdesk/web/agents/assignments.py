"""Taking a ticket."""

from flask import Blueprint, g

from helpdesk.tickets.operations import take
from helpdesk.tickets.policy import can_change
from helpdesk.web.agents.deeds import do
from helpdesk.web.answers import Page

bp = Blueprint("assignments", __name__, url_prefix="/tickets/<number>/assignment")


@bp.post("")
def create(number: str) -> Page:
    return do(number, lambda ticket: take(ticket, by=g.agent), allowed=can_change)
