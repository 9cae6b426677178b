"""/login/second-factor: after the password, a code of an app, a recovery code or a passkey."""

from flask import Blueprint, render_template, request

from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.errors import Gone, Unwelcome
from helpdesk.core.row_security import acting_as
from helpdesk.identity.models import SessionStage
from helpdesk.identity.operations.passkeys import ask_for_known
from helpdesk.identity.operations.second_proofs import complete_by_code, complete_by_passkey
from helpdesk.identity.passkeys import BadPasskey
from helpdesk.web import doorway
from helpdesk.web.answers import Page, local_path, see_other
from helpdesk.web.factor_forms import AnswerForm, CodeForm
from helpdesk.web.languages import gettext as _
from helpdesk.web.passkey_challenges import Asked, ask, asked, passkey_desk, the_passkey_desk
from helpdesk.web.public.arrivals import arrive
from helpdesk.web.public.half_way import deed_of_waiting, factors_of_waiting, let_in_half_way, waiting

bp = Blueprint("second_factors", __name__, url_prefix="/login/second-factor")
bp.before_request(lambda: let_in_half_way(SessionStage.SECOND_FACTOR))


@bp.get("")
def new() -> Page:
    return _page(CodeForm(next=local_path(request.args.get("next"), "")))


@bp.post("")
def create() -> Page:
    form = CodeForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with deed_of_waiting() as pending:
            signed_in = complete_by_code(
                pending.session_id, pending.person_id, code=form.code.data, stays=pending.stays
            )
    except Gone:
        return _too_late()
    except Unwelcome as refusal:
        form.code.errors = [_(refusal.sentence)]
        return _page(form), refusal.status
    return arrive(signed_in, stays=pending.stays, onward=form.next.data)


@bp.post("/challenge")
def challenge() -> Page:
    """What the browser hands to the passkey."""
    owner = waiting().owner
    with acting_as(db.session(), DatabaseRole.APP):
        question = ask_for_known(the_passkey_desk(), of=owner)
    return ask(question, Asked.SECOND, person_id=owner.id)


@bp.post("/passkey")
def answer() -> Page:
    form = AnswerForm()
    if not form.validate_on_submit():
        return _page(CodeForm(formdata=None, next=form.next.data), failed=True), 422
    try:
        question, desk = asked(Asked.SECOND, person_id=waiting().owner.id), the_passkey_desk()
        with deed_of_waiting() as pending:
            signed_in = complete_by_passkey(
                pending.session_id,
                pending.person_id,
                answer=form.answer.data,
                challenge=question,
                desk=desk,
                stays=pending.stays,
            )
    except Gone:
        return _too_late()
    except BadPasskey as refusal:
        return _page(CodeForm(formdata=None, next=form.next.data), failed=True), refusal.status
    return arrive(signed_in, stays=pending.stays, onward=form.next.data)


def _too_late() -> Page:
    doorway.let_out()
    return see_other("public.sign_in.new")


def _page(form: CodeForm, *, failed: bool = False) -> str:
    return render_template(
        "public/second_factors/new.html",
        form=form,
        factors=factors_of_waiting(),
        has_passkeys_here=passkey_desk() is not None,
        failed=failed,
    )
