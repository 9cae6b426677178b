"""Where one is signed in, and the end of that: there, or everywhere else at once."""

from flask import Blueprint, flash, g, render_template, request, session

from helpdesk.identity.operations.sessions import sign_out_elsewhere, sign_out_there
from helpdesk.web import doorway, guards
from helpdesk.web.answers import Page, see_other
from helpdesk.web.devices import devices_of
from helpdesk.web.languages import gettext as _

bp = Blueprint("devices", __name__, url_prefix="/preferences/devices")
bp.before_request(guards.refuse_impersonators)


@bp.get("")
def index() -> Page:
    return render_template("agents/devices/index.html", devices=devices_of(g.agent))


@bp.post("/sign-out")
def sign_out() -> Page:
    sign_out_there(g.agent, handle=request.form.get("device", ""))
    flash(_("Signed out there."))
    return see_other("agents.devices.index")


@bp.post("/sign-out-elsewhere")
def sign_out_everywhere_else() -> Page:
    sign_out_elsewhere(g.agent, session=session[doorway.SESSION_KEY])
    flash(_("You are signed out everywhere else."))
    return see_other("agents.devices.index")
