"""/invitation/…: accepting an invitation by choosing a password."""

from flask import Blueprint, render_template

from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.identity.passwords import BadPassword
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _
from helpdesk.web.public.forms import WelcomeForm
from helpdesk.web.public.links import behind, let_in_with_password

bp = Blueprint("invitations", __name__, url_prefix="/invitation/<token>")


@bp.get("")
def new(token: str) -> Page:
    link = behind(token, TokenPurpose.INVITATION)
    return _form(WelcomeForm(full_name=link.user.full_name if link.user else ""), link)


@bp.post("")
def create(token: str) -> Page:
    form = WelcomeForm()
    if not form.validate_on_submit():
        return _form(form, behind(token, TokenPurpose.INVITATION)), 422
    try:
        return let_in_with_password(
            token, TokenPurpose.INVITATION, password=form.password.data, full_name=form.full_name.data
        )
    except BadPassword as refusal:
        form.password.errors = [_(refusal.sentence)]
        return _form(form, behind(token, TokenPurpose.INVITATION)), 422


def _form(form: WelcomeForm, link: OneTimeToken) -> str:
    email = link.address.email if link.address else ""
    return render_template("public/invitations/new.html", form=form, email=email)
