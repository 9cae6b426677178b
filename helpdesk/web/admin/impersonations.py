"""Looking at the desk as somebody else: why, and then the start. How it ends is in web/public/impersonations.py."""

from flask import Blueprint, abort, g, redirect, render_template, request
from flask_babel import lazy_gettext as lazy
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.identity.operations.impersonating import LONGEST_REASON, impersonate
from helpdesk.identity.policy import can_impersonate
from helpdesk.web import doorway, guards
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.people_list import list_state, people_list
from helpdesk.web.admin.person import person_or_404, person_row
from helpdesk.web.answers import Page
from helpdesk.web.forms import Form
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("impersonations", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/impersonation")
bp.before_request(needs(Permission.MANAGE_PEOPLE))
bp.before_request(needs(Permission.IMPERSONATE))


class ImpersonationForm(Form):
    """Why, for whoever reads the trail."""

    reason = StringField(
        lazy("Why"),
        [DataRequired(lazy("Say why: it is kept.")), Length(max=LONGEST_REASON)],
        description=lazy("For example the number of the ticket in which they asked for help. It is kept."),
    )


@bp.get("/new")
@needs_fresh_proof
def new(person_id: int) -> Page:
    return _question(person_id, ImpersonationForm())


@bp.post("")
@needs_fresh_proof
def create(person_id: int) -> Page:
    person, form = person_or_404(person_id), ImpersonationForm()
    if not can_impersonate(g.agent, person):
        abort(403)
    if not form.validate_on_submit():
        return _question(person_id, form), 422
    try:
        with db.session.begin_nested():
            signed_in = impersonate(
                person, by=g.agent, reason=form.reason.data, user_agent=request.user_agent.string
            )
    except Unwelcome as refusal:
        form.reason.errors = [_(refusal.sentence)]
        return _question(person_id, form), refusal.status
    doorway.look_through(signed_in)
    return redirect(guards.home_of(person), code=303)


def _question(person_id: int, form: ImpersonationForm) -> str:
    row = person_row(person_id)
    if not can_impersonate(g.agent, row.User):
        abort(403)
    return render_template(
        "admin/people/impersonate.html", people=people_list(), state=list_state(), row=row, form=form
    )
