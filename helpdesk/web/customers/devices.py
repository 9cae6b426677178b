"""Where one is signed in, and the end of that: there, or everywhere else at once."""

from flask import Blueprint, flash, g, request, session

from helpdesk.identity.operations.sessions import sign_out_elsewhere, sign_out_there
from helpdesk.web import doorway, guards
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.deeds import deed
from helpdesk.web.languages import gettext as _

bp = Blueprint("devices", __name__, url_prefix="/profile/devices")
bp.before_request(guards.refuse_impersonators)


@bp.post("/sign-out")
def sign_out() -> Page:
    with deed():
        sign_out_there(g.customer, handle=request.form.get("device", ""))
    flash(_("Signed out there."))
    return _back()


@bp.post("/sign-out-elsewhere")
def sign_out_everywhere_else() -> Page:
    with deed():
        sign_out_elsewhere(g.customer, session=session[doorway.SESSION_KEY])
    flash(_("You are signed out everywhere else, and no link in an earlier mail opens anything any more."))
    return _back()


def _back() -> Page:
    return see_other("customers.profile.edit", _anchor="devices")
