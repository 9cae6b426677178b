"""/second-factor: the second proof once more, before something is done to second factors."""

from flask import Blueprint, flash, g, redirect, render_template, request, session

from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.row_security import acting_as
from helpdesk.identity.operations.passkeys import ask_for_known
from helpdesk.identity.operations.second_proofs import prove_by_code, prove_by_passkey
from helpdesk.identity.queries import factors_of
from helpdesk.web import doorway, guards
from helpdesk.web.answers import Page, local_path
from helpdesk.web.factor_forms import AnswerForm, CodeForm
from helpdesk.web.languages import gettext as _
from helpdesk.web.passkey_challenges import Asked, ask, asked, passkey_desk, the_passkey_desk

bp = Blueprint("factor_proofs", __name__, url_prefix="/second-factor")
bp.before_request(guards.let_in_as_themself)


@bp.get("")
def new() -> Page:
    form = CodeForm(next=local_path(request.args.get("next"), guards.home_of(g.person)))
    with acting_as(db.session(), DatabaseRole.APP):
        has_one = factors_of(g.person).any
    return _page(form) if has_one else redirect(form.next.data, code=303)


@bp.post("")
def create() -> Page:
    form = CodeForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with db.session.begin_nested(), acting_as(db.session(), DatabaseRole.APP):
            secret = prove_by_code(g.sign_in_session, g.person, code=form.code.data)
    except Unwelcome as refusal:
        form.code.errors = [_(refusal.sentence)]
        return _page(form), refusal.status
    return _go_on(secret, form.next.data)


@bp.post("/challenge")
def challenge() -> Page:
    """What the browser hands to the passkey."""
    with acting_as(db.session(), DatabaseRole.APP):
        question = ask_for_known(the_passkey_desk(), of=g.person)
    return ask(question, Asked.PROOF, person_id=g.person.id)


@bp.post("/passkey")
def answer() -> Page:
    form = AnswerForm()
    again = CodeForm(formdata=None, next=form.next.data)
    if not form.validate_on_submit():
        return _page(again, failed=True), 422
    try:
        question, desk = asked(Asked.PROOF, person_id=g.person.id), the_passkey_desk()
        with db.session.begin_nested(), acting_as(db.session(), DatabaseRole.APP):
            secret = prove_by_passkey(
                g.sign_in_session, g.person, answer=form.answer.data, challenge=question, desk=desk
            )
    except Unwelcome as refusal:
        return _page(again, failed=True), refusal.status
    return _go_on(secret, form.next.data)


def _go_on(secret: str, wanted: str | None) -> Page:
    session[doorway.SESSION_KEY] = secret
    if request.args.get("again"):
        flash(_("Thank you. Now press the button once more."))
    return redirect(local_path(wanted, guards.home_of(g.person)), code=303)


def _page(form: CodeForm, *, failed: bool = False) -> str:
    with acting_as(db.session(), DatabaseRole.APP):
        factors = factors_of(g.person)
    return render_template(
        "public/factor_proofs/new.html",
        form=form,
        factors=factors,
        has_passkeys_here=passkey_desk() is not None,
        failed=failed,
        again=request.args.get("again", ""),
    )
