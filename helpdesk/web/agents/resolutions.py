"""Saying that a ticket is solved, and going on to the next one where that was asked for."""

from flask import Blueprint, g, request

from helpdesk.tickets.operations import resolve
from helpdesk.tickets.policy import can_change
from helpdesk.web.agents.deeds import do
from helpdesk.web.agents.onward import next_along
from helpdesk.web.answers import Page

bp = Blueprint("resolutions", __name__, url_prefix="/tickets/<number>/resolution")


@bp.post("")
def create(number: str) -> Page:
    onward = next_along if "goes_on" in request.form else None
    return do(number, lambda ticket: resolve(ticket, by=g.agent), allowed=can_change, onward=onward)
