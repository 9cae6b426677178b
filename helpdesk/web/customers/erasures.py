"""The end of one's own account: what goes and what stays is said first, then something has to be typed."""

from flask import Blueprint, flash, g, render_template
from sqlalchemy import func

from helpdesk.accounts.operations.anonymising import anonymise
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.identity.operations.choosing_passwords import refuse_strangers
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import tickets_for
from helpdesk.web import doorway
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.deeds import deed
from helpdesk.web.customers.profile_forms import ErasureForm
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("erasures", __name__, url_prefix="/profile/erasure")


@bp.get("/new")
@needs_fresh_proof
def new() -> Page:
    return _page(_form())


@bp.post("")
@needs_fresh_proof
def create() -> Page:
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with deed():
            if g.customer.password_hash is not None:
                refuse_strangers(g.customer, present=form.present_password.data or "")
            anonymise(g.customer, by=g.customer)
    except Unwelcome as refusal:
        form.present_password.errors = [_(refusal.sentence)]
        return _page(form), refusal.status
    doorway.let_out()
    flash(_("Your account is deleted. Thank you for having been with us."))
    return see_other("public.sign_in.new")


def _form() -> ErasureForm:
    form = ErasureForm()
    form.typed.expected = g.customer.email
    return form


def _page(form: ErasureForm) -> str:
    mine = tickets_for(g.customer).where(Ticket.requester_id == g.customer.id)
    return render_template(
        "customers/profile/erase.html",
        form=form,
        has_password=g.customer.password_hash is not None,
        count=db.session.scalars(mine.with_only_columns(func.count())).one(),
    )
