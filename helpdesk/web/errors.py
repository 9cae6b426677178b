"""Errors as pages of the house: what happened, what is safe, what to do; never a traceback, and no database needed."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Flask, Response, current_app, g, make_response, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from helpdesk.core.errors import TooMany, Unwelcome
from helpdesk.web.languages import gettext

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mishap:
    """What a page about an error says."""

    title: str | LazyString
    text: str | LazyString
    picture: str = "fault"


MISHAPS: Mapping[int, Mishap] = {
    400: Mishap(
        _("That request could not be read"),
        _("Nothing was saved. Go back, load the page again and send it once more."),
    ),
    403: Mishap(
        _("This is not yours to do"),
        _("You are signed in, but your role does not allow it. An administrator of the desk can change that."),
        "lock",
    ),
    404: Mishap(
        _("There is no such page"),
        _("It does not exist, or it is not one you may see. Check the address or the number."),
        "lost",
    ),
    405: Mishap(_("There is no such page"), _("Nothing can be done at this address that way."), "lost"),
    409: Mishap(
        _("Somebody was faster"),
        _("This changed while you were looking at it. Nothing was saved: load the page again and look first."),
    ),
    410: Mishap(
        _("This is no longer here"),
        _("The link was used already, or it has expired. Ask for a new one where you got it."),
        "clock",
    ),
    413: Mishap(
        _("That is too large"),
        _("Nothing was saved. Send fewer or smaller files, or a link to them."),
        "mail",
    ),
    422: Mishap(
        _("Something in the form needs a second look"),
        _("Nothing was saved. Go back and check what you typed."),
    ),
    429: Mishap(
        _("Too many tries"),
        _("To keep accounts safe we count them. Wait a little, then try again."),
        "clock",
    ),
    500: Mishap(
        _("That did not work, and it is our fault"),
        _("Nothing was saved. Go back: what you typed is still there. If it happens again, tell us the reference."),
    ),
    503: Mishap(
        _("The desk is not available right now"),
        _("It is being started or updated. Nothing is lost: try again in a minute."),
        "clock",
    ),
}  # fmt: skip


QUERY_CANCELED, LOCK_NOT_AVAILABLE = "57014", "55P03"
TOOK_TOO_LONG = Mishap(
    _("That took too long"),
    _("The desk stopped looking, so that others need not wait, and nothing was saved. Ask for less, or try again."),
    "clock",
)  # fmt: skip


def mishap_for(status: int) -> Mishap:
    return MISHAPS.get(status) or MISHAPS[500 if status >= 500 else 400]


def show(status: int, mishap: Mishap) -> Response:
    """The page; for htmx a banner in the flash region, so that what was typed stays where it is."""
    by_htmx = request.headers.get("HX-Request") == "true"
    template = current_app.jinja_env.get_template("errors/_notice.html" if by_htmx else "errors/page.html")
    # Rendered past the context processors: they ask the database, which may be what is broken.
    page = template.render(
        mishap=mishap,
        ways=[{"label": gettext("Go to the start page"), "url": "/"}],
        request_id=g.get("request_id") if status >= HTTPStatus.INTERNAL_SERVER_ERROR or not by_htmx else None,
        desk_name=g.get("desk_name") or "Helpdesk",
    )
    answer = make_response(page, status)
    if by_htmx:
        answer.headers.update({"HX-Retarget": "#flashes", "HX-Reswap": "innerHTML"})
    return answer


def answer_http(error: HTTPException) -> Response:
    """Errors of Flask, of Werkzeug, and everything unforeseen (as 500). Redirects and made answers pass through."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if error.response is not None or status < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    answer = show(status, mishap_for(status))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def answer_unwelcome(error: Unwelcome) -> Response:
    """What an operation would not do, with its own sentence."""
    mishap = mishap_for(error.status)
    answer = show(error.status, replace(mishap, text=gettext(error.sentence)))
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def answer_stale(_error: StaleDataError) -> Response:
    """Two saved the same row at once; the second one's transaction is gone."""
    return show(HTTPStatus.CONFLICT, mishap_for(HTTPStatus.CONFLICT))


def answer_database(error: OperationalError) -> Response:
    """The database did not answer, or ended what took too long: nothing was saved, and trying again may do."""
    words = str(error.orig).strip().splitlines() or [""]
    log.error("A page had no answer from the database: %s", words[0])
    status = HTTPStatus.SERVICE_UNAVAILABLE
    took_too_long = getattr(error.orig, "sqlstate", None) in (QUERY_CANCELED, LOCK_NOT_AVAILABLE)
    return show(status, TOOK_TOO_LONG if took_too_long else mishap_for(status))


def init_app(app: Flask) -> None:
    app.register_error_handler(OperationalError, answer_database)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Unwelcome, answer_unwelcome)
    app.register_error_handler(StaleDataError, answer_stale)
