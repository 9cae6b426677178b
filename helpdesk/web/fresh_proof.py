"""Before dangerous acts somebody proves once more who they are: an open browser alone erases nobody.

`needs_fresh_proof` goes before a view, `ask_for_proof` before all views of a blueprint. The page with the form asks
first; what is sent from it passes for as long again, so that a form can be filled in. What is sent later still is
kept, and sent on after the proof.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.identity.models import SignInSession
from helpdesk.web import doorway, guards, kept_forms
from helpdesk.web.answers import asked_by_htmx, local_path

SAFE = ("GET", "HEAD", "OPTIONS")

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def needs_fresh_proof(view: Callable[Given, Answer]) -> Callable[Given, Answer | Response]:
    """Let a view be reached with a fresh proof only. Goes below the line with the route."""

    @wraps(view)
    def guarded(*arguments: Given.args, **named: Given.kwargs) -> Answer | Response:
        return ask_for_proof() or view(*arguments, **named)

    return guarded


def ask_for_proof() -> Response | None:
    """For `bp.before_request`: the way to the page that asks for a proof, and from there back to the form.

    Answers 403 to an administrator who looks at the desk as somebody else: they do nothing dangerous in that name.
    """
    person = guards.signed_in()
    if isinstance(person, Response):
        return person
    guards.refuse_impersonators()
    if is_fresh(g.sign_in_session, person, forgiving=request.method not in SAFE):
        return None
    if request.method in SAFE:
        return _lead_to(url_for("public.proofs.new", next=request.full_path.rstrip("?")))
    return lead_the_form("public.proofs.new", guards.home_of(person))


def proof_holds(*, forgiving: bool) -> timedelta:
    """How long nobody is asked again: as the desk says, and twice that for what a form sends."""
    return timedelta(minutes=doorway.desk().proof_minutes) * (2 if forgiving else 1)


def is_fresh(session: SignInSession, person: User, *, forgiving: bool = False) -> bool:
    """Whether the last proof is recent; `forgiving` counts double the time, for what a form sends. A second factor
    stands in for the password of who has none.
    """
    holds = proof_holds(forgiving=forgiving)
    proofs = [session.proven_at]
    if person.password_hash is None:
        proofs.append(session.factor_proven_at)
    return any(each is not None and each + holds > clock.now() for each in proofs)


def page_of_the_form(start: str) -> str:
    """The page from which it was sent, as the browser says; where it says nothing of use, the start."""
    try:
        said = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    except ValueError:
        return start
    if said.netloc != request.host:
        return start
    return local_path(f"{said.path}?{said.query}" if said.query else said.path, start)


def lead_the_form(endpoint: str, start: str) -> Response:
    """To a page that asks for a proof, and then on with what was sent; where it cannot be kept, to its page again."""
    page = page_of_the_form(start)
    if (form := kept_forms.form_of_request()) is not None:
        answer = _lead_to(url_for(endpoint, next=url_for("public.proven.show", form=form.id, page=page)))
        if kept_forms.keep(form, answer):
            return answer
    return _lead_to(url_for(endpoint, next=page, again=1))


def _lead_to(page: str) -> Response:
    if asked_by_htmx():
        answer = make_response("", 403)
        answer.headers["HX-Redirect"] = page  # a fragment's place is no place for a page
        return answer
    return redirect(page, code=303)
