"""The addresses of somebody: given, confirmed, made the one we write to, taken."""

from collections.abc import Callable

from flask import Blueprint, abort, g
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from helpdesk.accounts.models import EmailAddress
from helpdesk.accounts.operations.addresses_of_others import (
    ask_again,
    confirm_by_hand,
    give_address,
    take_address,
    write_to,
)
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.person import AddressForm, do, person_or_404, show_person
from helpdesk.web.answers import Page
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("person_addresses", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/addresses")
bp.before_request(needs(Permission.MANAGE_PEOPLE))

ONE = f"/<{ROW_ID}:address_id>"


@bp.post("")
@needs_fresh_proof
def create(person_id: int) -> Page:
    person_or_404(person_id)
    form = AddressForm()
    if not form.validate_on_submit() or not (form.email.data or "").strip():
        form.email.errors = form.email.errors or [_("Type the address to add.")]
        return show_person(person_id, address=form), 422
    try:
        with db.session.begin_nested():
            give_address(person_or_404(person_id), email=form.email.data, by=g.agent)
    except Unwelcome as refusal:
        form.email.errors = [_(refusal.sentence)]
        return show_person(person_id, address=form), 422
    return do(
        person_id,
        lambda _person: None,
        done=_("We asked at %(email)s for a confirmation.", email=form.email.data),
    )


@bp.post(f"{ONE}/link")
def remind(person_id: int, address_id: int) -> Page:
    return _with(person_id, address_id, ask_again, _("Another link is on its way."))


@bp.post(f"{ONE}/proof")
@needs_fresh_proof
def confirm(person_id: int, address_id: int) -> Page:
    return _with(person_id, address_id, confirm_by_hand, _("The address counts as confirmed."))


@bp.post(f"{ONE}/primary")
@needs_fresh_proof
def make_primary(person_id: int, address_id: int) -> Page:
    return _with(person_id, address_id, write_to, _("We write to this address from now on."))


@bp.post(f"{ONE}/removal")
@needs_fresh_proof
def destroy(person_id: int, address_id: int) -> Page:
    return _with(person_id, address_id, take_address, _("The address is removed."))


def _with(person_id: int, address_id: int, deed: Callable[..., object], done: str) -> Page:
    theirs = select(EmailAddress).where(EmailAddress.id == address_id, EmailAddress.user_id == person_id)
    address = db.session.scalars(theirs.options(joinedload(EmailAddress.user))).one_or_none()
    if address is None:
        abort(404)
    return do(person_id, lambda _person: deed(address, by=g.agent), done=done)
