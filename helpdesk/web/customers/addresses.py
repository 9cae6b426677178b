"""One's own addresses: another one, the one we write to, one less."""

from flask import Blueprint, abort, flash, g, request
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.accounts.operations.addresses import give_up, make_primary
from helpdesk.core.db import db
from helpdesk.core.errors import TooMany, Unwelcome
from helpdesk.identity import jobs
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.deeds import deed
from helpdesk.web.customers.profile_forms import NewAddressForm
from helpdesk.web.customers.profile_page import profile_page
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("addresses", __name__, url_prefix="/profile/addresses")


@bp.post("")
@needs_fresh_proof
def create() -> Page:
    """The answer is the same for every address: nobody learns here who else has one."""
    form = NewAddressForm()
    if not form.validate_on_submit():
        return profile_page(address=form), 422
    try:
        with deed():
            jobs.ask_for(jobs.add_address, email=form.email.data, person_id=g.customer.id)
    except TooMany as refusal:
        form.email.errors = [_(refusal.sentence)]
        return profile_page(address=form), refusal.status
    flash(
        _(
            "If %(email)s can be added, a link is on its way there. Follow it in this browser.",
            email=form.email.data,
        )
    )
    return _back()


@bp.post("/primary")
@needs_fresh_proof
def make_first() -> Page:
    with deed():
        address = _mine()
        make_primary(address)
    flash(_("We write to %(email)s from now on.", email=address.email))
    return _back()


@bp.post("/removal")
@needs_fresh_proof
def remove() -> Page:
    try:
        with deed():
            address = _mine()
            email = address.email
            give_up(address)
    except Unwelcome as refusal:
        flash(_(refusal.sentence), "error")
        return _back()
    flash(_("%(email)s is no longer yours here.", email=email))
    return _back()


def _mine() -> EmailAddress:
    """The proven address that was named, if it is the reader's own: 404 for all others alike."""
    theirs = EmailAddress.user_id == g.customer.id, EmailAddress.verified_at.is_not(None)
    named = EmailAddress.email == request.form.get("email", "")
    found = db.session.scalars(select(EmailAddress).where(named, *theirs)).one_or_none()
    if found is None:
        abort(404)
    return found


def _back() -> Page:
    return see_other("customers.profile.edit", _anchor="addresses")
