"""Before anything is done to second factors: a fresh proof, and of who has a second factor both proofs."""

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.core import clock
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.identity.models import SignInSession
from helpdesk.identity.queries import factors_of
from helpdesk.web.fresh_proof import SAFE, ask_for_proof, lead_the_form, proof_holds


def ask_for_both_proofs() -> Response | None:
    """For `bp.before_request`: the way to what is missing, and from there back to the form."""
    if (way := ask_for_proof()) is not None:
        return way
    if _is_proven(g.sign_in_session, forgiving=request.method not in SAFE) or not _has_a_factor():
        return None
    if request.method in SAFE:
        return redirect(url_for("public.factor_proofs.new", next=request.full_path.rstrip("?")), code=303)
    return lead_the_form("public.factor_proofs.new", "/")


def _is_proven(session: SignInSession, *, forgiving: bool) -> bool:
    holds = proof_holds(forgiving=forgiving)
    return session.factor_proven_at is not None and session.factor_proven_at + holds > clock.now()


def _has_a_factor() -> bool:
    with acting_as(db.session(), DatabaseRole.APP):
        return factors_of(g.person).any
