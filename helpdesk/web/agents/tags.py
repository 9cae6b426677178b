"""The tags of a ticket: added and removed by name, several with commas between."""

from flask import Blueprint, g, request

from helpdesk.tickets.operations import change_tags
from helpdesk.tickets.policy import can_change
from helpdesk.web.agents.deeds import do
from helpdesk.web.answers import Page

bp = Blueprint("tags", __name__, url_prefix="/tickets/<number>/tags")


@bp.post("")
def create(number: str) -> Page:
    return do(
        number,
        lambda ticket: change_tags(ticket, add=_names("add"), remove=_names("remove"), by=g.agent),
        allowed=can_change,
    )


def _names(field: str) -> list[str]:
    return [name for name in request.form.get(field, "").split(",") if name.strip()]
