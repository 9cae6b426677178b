"""Who may pass to a persona's pages: asked once, on the parent blueprint, before any view."""

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.accounts.preferences import preferences_of
from helpdesk.identity.models import SessionStage
from helpdesk.web import doorway

WAY_ON = {
    SessionStage.SECOND_FACTOR: "public.second_factors.new",
    SessionStage.ENROLMENT: "public.enrolments.new",
}
"""Where somebody goes on who gave the first proof and not the second."""


def signed_in() -> User | Response:
    """The person, or the way to the sign-in page and back."""
    person = doorway.person()
    if person is None:
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        if half := doorway.half_way():
            return redirect(url_for(WAY_ON[half.session.stage], next=back), code=303)
        return redirect(url_for("public.sign_in.new", next=back), code=303)
    return person


def home_of(person: User) -> str:
    """Where a person starts."""
    if person.is_staff:
        # whoever chose a list to start with is led to it, if it is still there
        if preferences_of(person).start:
            return url_for("agents.start")
        return url_for("agents.queues.show", slug="unassigned")
    return url_for("customers.tickets.index")


def refuse_impersonators() -> None:
    """For `bp.before_request`: answer 403 to an administrator who looks at the desk as somebody else. Devices, keys and
    factors are shown to their owner alone.
    """
    if doorway.impersonation() is not None:
        abort(403)


def let_in_as_themself() -> Response | None:
    """For `bp.before_request`: everybody who is signed in, as nobody but themself."""
    person = signed_in()
    if not isinstance(person, User):
        return person
    refuse_impersonators()
    return None


def require(person: User, permission: Permission) -> None:
    """Answer 403 unless the person's role gives the permission."""
    if not person.may(permission):
        abort(403)
