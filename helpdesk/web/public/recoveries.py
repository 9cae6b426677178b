"""/recover and /reset/…: a forgotten password is asked about, and replaced."""

from flask import Blueprint, flash, render_template

from helpdesk.identity import jobs
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.passwords import BadPassword
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _
from helpdesk.web.public.forms import AddressForm, PasswordForm
from helpdesk.web.public.letters import ask_and_remember, look_into_your_mailbox
from helpdesk.web.public.links import behind, let_in_with_password

bp = Blueprint("recoveries", __name__)


@bp.get("/recover")
def new() -> Page:
    return render_template("public/recoveries/new.html", form=AddressForm())


@bp.post("/recover")
def create() -> Page:
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("public/recoveries/new.html", form=form), 422
    ask_and_remember(jobs.request_reset, email=form.email.data)
    return see_other("public.recoveries.show")


@bp.get("/recover/sent")
def show() -> Page:
    return look_into_your_mailbox()


@bp.get("/reset/<token>")
def edit(token: str) -> Page:
    return _form(PasswordForm(), token)


@bp.post("/reset/<token>")
def update(token: str) -> Page:
    form = PasswordForm()
    if not form.validate_on_submit():
        return _form(form, token), 422
    try:
        answer = let_in_with_password(token, TokenPurpose.RESET_PASSWORD, password=form.password.data)
    except BadPassword as refusal:
        form.password.errors = [_(refusal.sentence)]
        return _form(form, token), 422
    flash(_("Your password is changed, and you are signed out everywhere else."))
    return answer


def _form(form: PasswordForm, token: str) -> str:
    link = behind(token, TokenPurpose.RESET_PASSWORD)
    email = link.address.email if link.address else ""
    return render_template("public/recoveries/edit.html", form=form, email=email)
