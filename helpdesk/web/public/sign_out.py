"""/logout: by a button, never by a link."""

from flask import Blueprint, flash, render_template

from helpdesk.audit.access import note_access
from helpdesk.audit.models import AccessKind
from helpdesk.web import doorway
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("sign_out", __name__, url_prefix="/logout")


@bp.get("")
def new() -> Page:
    if doorway.person() is None:
        return see_other("public.sign_in.new")
    return render_template("public/sign_out/new.html")


@bp.post("")
def create() -> Page:
    if person := doorway.person():
        note_access(AccessKind.SIGNED_OUT, person_id=person.id)
    doorway.let_out()
    flash(_("You are signed out."))
    return see_other("public.sign_in.new")
