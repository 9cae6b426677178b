"""Files on a host of their own: fetched by signed links that soon end. Nothing else is served there, and no cookie."""

from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from helpdesk.core.configuration import configuration
from helpdesk.core.errors import Gone
from helpdesk.web.file_answers import answer

bp = Blueprint("file_links", __name__, url_prefix="/f")

ENDS_AFTER = 60
"""Seconds until a link has to be used; what is on its way then arrives all the same."""


class Linked(NamedTuple):
    """What a link opens: bytes, the name they are saved under, and whether they may be looked at."""

    sha256: str
    filename: str
    content_type: str
    is_original: bool


def link_to(file: Linked) -> str:
    """The address of a file for whoever may read it now. The right was asked for: the link itself is the right."""
    return f"{origin()}/f/{_signer().dumps(list(file))}"


def origin() -> str | None:
    """Where files are fetched, if not from the desk itself."""
    return configuration().files_url


@bp.get("/<token>")
def show(token: str) -> Response:
    try:
        linked = Linked(*_signer().loads(token, max_age=ENDS_AFTER))
        shown = answer(*linked)
    except (BadSignature, TypeError, Gone):
        return _plainly("This link has ended. Go back to the page and open the file there once more.", 410)
    shown.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # the pages of the desk show it
    shown.headers["Referrer-Policy"] = "no-referrer"
    return shown


def keep_apart() -> Response | None:
    """Before every request: the two hosts share a process and nothing else."""
    own = urlsplit(origin() or "").netloc
    is_here = bool(own) and request.host == own
    if is_here == (request.endpoint == "file_links.show"):
        return None
    if is_here or request.endpoint == "file_links.show":
        return _plainly("There is nothing here.", 404)
    return None


def _plainly(sentence: str, status: int) -> Response:
    """Without a page of ours: its style sheets and scripts are on the other host."""
    told = Response(f"{sentence}\n", status, content_type="text/plain; charset=utf-8")
    told.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return told


def _signer() -> URLSafeTimedSerializer:
    keys = [*configuration().old_secret_keys, str(current_app.secret_key)]  # the last one signs
    return URLSafeTimedSerializer(keys, salt="files")


def init_app(app: Flask) -> None:
    """Only where files have a host of their own: elsewhere there is no such address."""
    with app.app_context():
        if origin() is None:
            return
        app.config["FILES_ORIGIN"] = origin()
    app.before_request(keep_apart)
    app.register_blueprint(bp)
