"""Following a ticket silently, or no longer: oneself, or a colleague."""

import re

from flask import Blueprint, abort, g, request

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import unwatch, watch
from helpdesk.tickets.policy import can_change, can_watch
from helpdesk.web.agents.deeds import do
from helpdesk.web.answers import Page

_ID = re.compile(r"[0-9]{1,18}")

bp = Blueprint("watching", __name__, url_prefix="/tickets/<number>/watching")


@bp.post("")
def create(number: str) -> Page:
    operation = unwatch if request.form.get("is_watching") == "no" else watch
    person = _colleague()
    return do(
        number,
        lambda ticket: operation(ticket, by=g.agent, person=person),
        allowed=_can_let_watch if person else can_watch,
    )


def _can_let_watch(user: User, ticket: Ticket) -> bool:
    return can_watch(user, ticket) and can_change(user, ticket)


def _colleague() -> User | None:
    """Whom the form names; nobody for oneself. 400 for what is no person."""
    named = request.form.get("person", "")
    if not named:
        return None
    if not _ID.fullmatch(named):
        abort(400)
    return db.session.get(User, int(named)) or abort(400)
