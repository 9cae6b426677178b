"""/confirm/…: proving that an address is one's own, and choosing the first password."""

from flask import Blueprint, render_template

from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.web.answers import Page
from helpdesk.web.public.forms import WelcomeForm
from helpdesk.web.public.links import behind, let_in_with_password

bp = Blueprint("confirmations", __name__, url_prefix="/confirm/<token>")


@bp.get("")
def new(token: str) -> Page:
    link = behind(token, TokenPurpose.CONFIRM_EMAIL)
    return _form(WelcomeForm(full_name=link.user.full_name if link.user else ""), link)


@bp.post("")
def create(token: str) -> Page:
    form = WelcomeForm()
    if not form.validate_on_submit():
        return _form(form, behind(token, TokenPurpose.CONFIRM_EMAIL)), 422
    return let_in_with_password(
        token, TokenPurpose.CONFIRM_EMAIL, password=form.password.data, full_name=form.full_name.data
    )


def _form(form: WelcomeForm, link: OneTimeToken) -> str:
    email = link.address.email if link.address else ""
    return render_template("public/confirmations/new.html", form=form, email=email)
