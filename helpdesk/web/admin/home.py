"""/admin: on to the first page this person's role opens."""

from flask import Blueprint, abort, redirect

from helpdesk.web.admin.navigation import pages
from helpdesk.web.answers import Page

bp = Blueprint("home", __name__)


@bp.get("")
def show() -> Page:
    found = pages()
    if not found:
        abort(403)
    return redirect(found[0].url)
