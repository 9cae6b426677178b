"""Following a ticket silently, or no longer."""

from flask import Blueprint, g, request

from helpdesk.tickets.operations import unwatch, watch
from helpdesk.tickets.policy import can_watch
from helpdesk.web.agents.deeds import do
from helpdesk.web.answers import Page

bp = Blueprint("watching", __name__, url_prefix="/tickets/<number>/watching")


@bp.post("")
def create(number: str) -> Page:
    operation = unwatch if request.form.get("is_watching") == "no" else watch
    return do(number, lambda ticket: operation(ticket, by=g.agent), allowed=can_watch)
