"""A request on paper: every letter with its exact moment, nothing to press."""

from flask import Blueprint

from helpdesk.web.answers import Page
from helpdesk.web.customers.conversations import printed

bp = Blueprint("printing", __name__, url_prefix="/tickets/<number>/print")


@bp.get("")
def show(number: str) -> Page:
    return printed(number)
