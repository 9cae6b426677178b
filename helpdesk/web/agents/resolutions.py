"""Saying that a ticket is solved."""

from flask import Blueprint, g

from helpdesk.tickets.operations import resolve
from helpdesk.tickets.policy import can_change
from helpdesk.web.agents.deeds import do
from helpdesk.web.answers import Page

bp = Blueprint("resolutions", __name__, url_prefix="/tickets/<number>/resolution")


@bp.post("")
def create(number: str) -> Page:
    return do(number, lambda ticket: resolve(ticket, by=g.agent), allowed=can_change)
