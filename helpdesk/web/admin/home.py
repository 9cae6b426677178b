"""/admin: on to the first page this person's role opens."""

from flask import Blueprint, abort, g, redirect

from helpdesk.web.answers import Page
from helpdesk.web.navigation import desk_pages

bp = Blueprint("home", __name__)


@bp.get("")
def show() -> Page:
    found = desk_pages(g.agent)
    if not found:
        abort(403)
    return redirect(found[0].url)
