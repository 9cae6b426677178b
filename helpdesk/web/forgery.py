"""Nothing unsafe is done for another site: the token in every form, and what browsers say of who asks (ABUSE F09)."""

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_wtf import CSRFProtect

from helpdesk.web.trusted_hosts import is_ours, is_this_machine, netloc_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OURS = frozenset({"same-origin", "none"})
"""What `Sec-Fetch-Site` says where the page that asks is ours, or where somebody typed the address."""

csrf = CSRFProtect()


def refuse_other_sites() -> None:
    """Answer 400 to an unsafe request that another site has a browser send. Programs without these headers pass on to
    the token."""
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in OURS:
        abort(400)
    origin = request.headers.get("Origin")
    if origin is not None and not _is_our_origin(origin, is_told_same=site in OURS):
        abort(400)


def _is_our_origin(origin: str, *, is_told_same: bool) -> bool:
    """`null` is what a browser says that keeps the origin to itself: then its word about the site has to be there."""
    if origin == "null":
        return is_told_same
    try:
        parts = urlsplit(origin)
        host = netloc_of(origin)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return False
    is_asked_for = host == netloc_of(f"{parts.scheme}://{request.host}")
    return is_asked_for or (is_ours(parts.netloc) and not is_this_machine(parts.netloc))


def init_app(app: Flask) -> None:
    """The browser's word first, then the token."""
    app.before_request(refuse_other_sites)
    csrf.init_app(app)
