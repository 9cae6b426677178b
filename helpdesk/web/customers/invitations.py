"""Managers ask colleagues to join the organization."""

from flask import Blueprint, abort, flash, g

from helpdesk.accounts.colleagues import colleagues_of
from helpdesk.accounts.models import User
from helpdesk.accounts.policy import can_manage_colleagues
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.identity.operations.colleagues import invite_colleague, remind_colleague, withdraw_invitation
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.colleagues import colleagues_page
from helpdesk.web.customers.deeds import deed
from helpdesk.web.customers.forms import ColleagueForm
from helpdesk.web.languages import gettext as _

bp = Blueprint("invitations", __name__, url_prefix="/colleagues")

ROW_ID = "int(max=9223372036854775807)"


@bp.before_request
def let_managers_in() -> None:
    """For everybody else there is no such page."""
    if not can_manage_colleagues(g.customer):
        abort(404)


@bp.post("/invitations")
def create() -> Page:
    form = ColleagueForm()
    if not form.validate_on_submit():
        return colleagues_page(form), 422
    email = form.email.data.strip()
    try:
        with deed():
            invite_colleague(email=email, full_name=form.full_name.data or "", by=g.customer)
    except Unwelcome as refusal:
        form.email.errors = [_(refusal.sentence)]
        return colleagues_page(form), refusal.status
    flash(_("We have invited %(email)s. They belong to you as soon as they say yes.", email=email))
    return see_other("customers.colleagues.index")


@bp.post(f"/<{ROW_ID}:person_id>/reminder")
def remind(person_id: int) -> Page:
    person = _invited(person_id)
    try:
        with deed():
            remind_colleague(person, by=g.customer)
    except Unwelcome as refusal:
        flash(_(refusal.sentence), "error")
    else:
        flash(_("We have written to them once more."))
    return see_other("customers.colleagues.index")


@bp.post(f"/<{ROW_ID}:person_id>/withdrawal")
def withdraw(person_id: int) -> Page:
    person = _invited(person_id)
    with deed():
        withdraw_invitation(person, by=g.customer)
    flash(_("The invitation is taken back."))
    return see_other("customers.colleagues.index")


def _invited(person_id: int) -> User:
    """Somebody who has not answered yet; 404 for all others alike."""
    pending = colleagues_of(g.customer).where(User.id == person_id, User.organization_id.is_(None))
    found: int = db.first_or_404(pending.with_only_columns(User.id))
    with deed():
        return db.session.get_one(User, found)
