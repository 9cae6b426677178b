"""What views answer: a whole page or, to htmx, the piece of it; and where to go after a deed."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue as Page
from werkzeug.wrappers import Response as BaseResponse

__all__ = ["Page", "asked_by_htmx", "fragment_or_page", "fragment_or_redirect", "local_path", "see_other"]


def asked_by_htmx() -> bool:
    """Whether a piece of a page is enough."""
    return request.headers.get("HX-Request") == "true"


def fragment_or_page(fragment: str, page: str, **context: Any) -> str:
    """The fragment's template for htmx, the page's for everybody else; both get the same context."""
    return render_template(fragment if asked_by_htmx() else page, **context)


def see_other(endpoint: str, **values: Any) -> BaseResponse:
    """After a deed: go and look (303, so that reloading the page repeats nothing)."""
    return redirect(url_for(endpoint, **values), code=303)


def fragment_or_redirect(fragment: str, *, to: str, **context: Any) -> BaseResponse | Response:
    """After a deed: the changed piece for htmx, a redirect for everybody else."""
    if asked_by_htmx():
        return make_response(render_template(fragment, **context))
    return redirect(to, code=303)


def local_path(target: str | None, default: str) -> str:
    """A path on this desk to go on to, or the default for anything that could lead elsewhere (ABUSE F10)."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return default
    if any(ord(character) <= 0x20 or character == "\\" for character in target):
        return default
    return target
