"""After the first proof, whatever it was: in, or on to the second one."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from helpdesk.identity.operations.sessions import SignedIn
from helpdesk.web import doorway, guards
from helpdesk.web.answers import local_path


def arrive(signed_in: SignedIn, *, stays: bool = False, onward: str | None = None) -> Response:
    """Give the browser its session, and lead on: where they wanted to go, or to what is still to be proven."""
    doorway.let_in(signed_in, stays=stays)
    wanted = local_path(onward, "")
    if signed_in.stage in guards.WAY_ON:
        return redirect(url_for(guards.WAY_ON[signed_in.stage], next=wanted or None), code=303)
    return redirect(wanted or guards.home_of(signed_in.person), code=303)
