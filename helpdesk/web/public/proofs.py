"""/confirm: proving once more who one is, and then back to what one was about to do."""

from flask import Blueprint, flash, g, redirect, render_template, request, session
from flask_babel import lazy_gettext as lazy
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.row_security import acting_as
from helpdesk.identity.operations.proving import prove
from helpdesk.identity.passwords import LONGEST
from helpdesk.identity.queries import factors_of
from helpdesk.web import doorway, guards
from helpdesk.web.answers import Page, local_path, see_other
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _

bp = Blueprint("proofs", __name__, url_prefix="/confirm")
bp.before_request(guards.let_in_as_themself)


class ProofForm(Form):
    """The password, and where one was."""

    password = PasswordField(
        lazy("Your password"), [InputRequired(lazy("Type your password.")), Length(max=LONGEST)]
    )
    next = HiddenField()
    again = HiddenField()


@bp.get("")
def new() -> Page:
    onward, again = local_path(request.args.get("next"), guards.home_of(g.person)), request.args.get("again")
    if g.person.password_hash is None and _has_a_factor():
        return see_other("public.factor_proofs.new", next=onward, again=again)
    return _page(ProofForm(next=onward, again=again or ""))


@bp.post("")
def create() -> Page:
    form = ProofForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with db.session.begin_nested(), acting_as(db.session(), DatabaseRole.AUTH):
            secret = prove(g.sign_in_session, g.person, password=form.password.data)
    except Unwelcome as refusal:
        form.password.errors = [_(refusal.sentence)]
        return _page(form), refusal.status
    session[doorway.SESSION_KEY] = secret
    if form.again.data:
        flash(_("Thank you. Now press the button once more."))
    return redirect(local_path(form.next.data, guards.home_of(g.person)), code=303)


def _has_a_factor() -> bool:
    with acting_as(db.session(), DatabaseRole.APP):
        return factors_of(g.person).any


def _page(form: ProofForm) -> str:
    return render_template(
        "public/proofs/new.html",
        form=form,
        has_password=g.person.password_hash is not None,
        minutes=doorway.desk().proof_minutes,
    )
