"""Taking a settled ticket up again."""

from flask import Blueprint, g

from helpdesk.tickets.operations import reopen
from helpdesk.tickets.policy import can_change
from helpdesk.web.agents.deeds import do
from helpdesk.web.answers import Page

bp = Blueprint("reopenings", __name__, url_prefix="/tickets/<number>/reopening")


@bp.post("")
def create(number: str) -> Page:
    return do(number, lambda ticket: reopen(ticket, by=g.agent), allowed=can_change)
