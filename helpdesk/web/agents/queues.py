"""Queues: what there is to do, the most urgent on top."""

from flask import Blueprint, abort

from helpdesk.queues.catalogue import QUEUES
from helpdesk.web.agents.list_page import show_list
from helpdesk.web.agents.navigation import QUEUE_NAMES
from helpdesk.web.answers import Page

bp = Blueprint("queues", __name__, url_prefix="/queues")


@bp.get("/<slug>")
def show(slug: str) -> Page:
    if slug not in QUEUES:
        abort(404)
    return show_list(slug, str(QUEUE_NAMES[slug][0]))
