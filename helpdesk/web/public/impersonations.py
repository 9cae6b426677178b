"""/look-back: an administrator who looked at the desk as somebody else is themself again."""

from flask import Blueprint, flash, g, redirect, url_for

from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.identity.operations.impersonating import stop_impersonating
from helpdesk.web import doorway
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("impersonations", __name__, url_prefix="/look-back")


@bp.post("")
def destroy() -> Page:
    """To the person they looked as; who does not look as anybody is led to the start."""
    seen = doorway.impersonation()
    if seen is None:
        return see_other("public.start")
    person_id = g.person.id
    with acting_as(db.session(), DatabaseRole.AUTH):
        stop_impersonating(g.sign_in_session)
    doorway.look_back()
    flash(_("You are yourself again."))
    return redirect(url_for("admin.people.show", person_id=person_id), code=303)
