"""/address/…: one more address is proven, by its link and only where its account is signed in."""

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.core.errors import Gone
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.confirming import confirm_address
from helpdesk.web import guards
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _
from helpdesk.web.public.deeds import deed
from helpdesk.web.public.forms import ButtonForm
from helpdesk.web.public.links import behind

bp = Blueprint("added_addresses", __name__, url_prefix="/address/<token>")


@bp.get("")
def new(token: str) -> Page:
    link = behind(token, TokenPurpose.CONFIRM_ADDRESS)
    person = guards.signed_in()
    if not isinstance(person, User):
        return person
    if link.user_id != person.id or link.address is None:
        raise Gone("This link belongs to another account. Sign in to that one first.")
    return render_template("public/added_addresses/new.html", form=ButtonForm(), email=link.address.email)


@bp.post("")
def create(token: str) -> Page:
    person = guards.signed_in()
    if isinstance(person, Response):
        return person
    with deed():
        email = confirm_address(token, by=person).email
    flash(_("%(email)s is yours.", email=email))
    return (
        redirect(guards.home_of(person), code=303) if person.is_staff else see_other("customers.profile.edit")
    )
