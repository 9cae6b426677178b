"""/login/enrolment: whose role demands a second factor sets one up before anything else."""

from flask import Blueprint, render_template, request, session, url_for

from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.errors import Gone, Unwelcome
from helpdesk.core.row_security import acting_as
from helpdesk.identity import totp
from helpdesk.identity.models import SessionStage
from helpdesk.identity.operations.passkeys import ask_for_new
from helpdesk.identity.operations.second_proofs import enrol_app_and_complete, enrol_passkey_and_complete
from helpdesk.identity.operations.sessions import SignedIn
from helpdesk.web import doorway, guards
from helpdesk.web.answers import Page, local_path, see_other
from helpdesk.web.factor_forms import NewAppForm, NewPasskeyForm
from helpdesk.web.factors.offers import offer_for
from helpdesk.web.languages import gettext as _
from helpdesk.web.passkey_challenges import Asked, ask, asked, passkey_desk, the_passkey_desk
from helpdesk.web.public.half_way import deed_of_waiting, let_in_half_way, waiting
from helpdesk.web.qr import qr_code

bp = Blueprint("enrolments", __name__, url_prefix="/login/enrolment")
bp.before_request(lambda: let_in_half_way(SessionStage.ENROLMENT))


@bp.get("")
def new() -> Page:
    return _page(NewAppForm(next=local_path(request.args.get("next"), "")))


@bp.post("")
def create() -> Page:
    form = NewAppForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with deed_of_waiting() as pending:
            signed_in, codes = enrol_app_and_complete(
                pending.session_id,
                pending.person_id,
                sealed=form.offer.data,
                code=form.code.data,
                stays=pending.stays,
            )
    except Gone:
        return _too_late()
    except Unwelcome as refusal:
        form.code.errors = [_(refusal.sentence)]
        return _page(form), refusal.status
    return _done(signed_in, codes, form.next.data)


@bp.post("/challenge")
def challenge() -> Page:
    """What the browser hands to the new passkey."""
    owner = waiting().owner
    with acting_as(db.session(), DatabaseRole.APP):
        question = ask_for_new(owner, the_passkey_desk())
    return ask(question, Asked.NEW, person_id=owner.id)


@bp.post("/passkey")
def answer() -> Page:
    form = NewPasskeyForm()
    app_form = NewAppForm(formdata=None, next=form.next.data)
    if not form.validate_on_submit():
        return _page(app_form, passkey_form=form, failed=not form.name.errors), 422
    try:
        question, desk = asked(Asked.NEW, person_id=waiting().owner.id), the_passkey_desk()
        with deed_of_waiting() as pending:
            signed_in, codes = enrol_passkey_and_complete(
                pending.session_id,
                pending.person_id,
                name=form.name.data,
                answer=form.answer.data,
                challenge=question,
                desk=desk,
                stays=pending.stays,
            )
    except Gone:
        return _too_late()
    except Unwelcome as refusal:
        return _page(app_form, passkey_form=form, failed=True), refusal.status
    return _done(signed_in, codes, form.next.data)


def _done(signed_in: SignedIn, codes: list[str], wanted: str | None) -> Page:
    """In, and the recovery codes: this answer alone shows them, as nothing keeps them readable."""
    stays = bool(session.permanent)
    home = guards.home_of(signed_in.person)
    doorway.let_in(signed_in, stays=stays)
    return render_template(
        "public/enrolments/codes.html", codes=codes, onward=local_path(wanted, home), is_first=True
    )


def _too_late() -> Page:
    doorway.let_out()
    return see_other("public.sign_in.new")


def _page(form: NewAppForm, *, passkey_form: NewPasskeyForm | None = None, failed: bool = False) -> str:
    owner = waiting().owner
    offer = offer_for(owner, form)
    uri = totp.uri(offer.secret, account=owner.email or owner.name, desk_name=doorway.desk().desk_name)
    return render_template(
        "public/enrolments/new.html",
        form=form,
        passkey_form=passkey_form or NewPasskeyForm(formdata=None, next=form.next.data),
        secret=totp.in_groups(offer.secret),
        uri=uri,
        qr=qr_code(uri),
        has_passkeys_here=passkey_desk() is not None,
        failed=failed,
        asks_url=url_for("public.enrolments.challenge"),
    )
