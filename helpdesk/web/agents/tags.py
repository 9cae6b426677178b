"""The tags of a ticket: added and removed by name, several with commas between; and those there are, to choose from."""

from flask import Blueprint, g, jsonify, request

from helpdesk.core.db import db
from helpdesk.tickets.operations import change_tags
from helpdesk.tickets.operations.tagging import tag_names
from helpdesk.tickets.policy import can_change
from helpdesk.web.agents.deeds import allowed_ticket, do
from helpdesk.web.answers import Page

bp = Blueprint("tags", __name__, url_prefix="/tickets/<number>/tags")


MOST_SUGGESTED = 1000


@bp.get("")
def index(number: str) -> Page:
    """The names that complete what is being typed."""
    allowed_ticket(number, can_change)
    return jsonify(tags=db.session.scalars(tag_names().limit(MOST_SUGGESTED)).all())


@bp.post("")
def create(number: str) -> Page:
    return do(
        number,
        lambda ticket: change_tags(ticket, add=_names("add"), remove=_names("remove"), by=g.agent),
        allowed=can_change,
    )


def _names(field: str) -> list[str]:
    return [name for name in request.form.get(field, "").split(",") if name.strip()]
