"""/address/…: one more address is proven, by its link and only where its account is signed in."""

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.core.errors import Gone
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.confirming import confirm_address
from helpdesk.identity.operations.tokens import NOT_GOOD
from helpdesk.web import guards
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _
from helpdesk.web.public.deeds import deed
from helpdesk.web.public.forms import ButtonForm
from helpdesk.web.public.links import behind

bp = Blueprint("added_addresses", __name__, url_prefix="/address/<token>")


@bp.get("")
def new(token: str) -> Page:
    link, person = behind(token, TokenPurpose.CONFIRM_ADDRESS), _customer()
    if not isinstance(person, User):
        return person
    if link.user_id != person.id or link.address is None:
        raise Gone(NOT_GOOD)  # nobody learns from it that somebody else claims an address
    return render_template("public/added_addresses/new.html", form=ButtonForm(), email=link.address.email)


@bp.post("")
def create(token: str) -> Page:
    behind(token, TokenPurpose.CONFIRM_ADDRESS)
    person = _customer()
    if not isinstance(person, User):
        return person
    with deed():
        email = confirm_address(token, by=person).email
    flash(_("%(email)s is yours.", email=email))
    return see_other("customers.profile.edit")


def _customer() -> User | Response:
    """Who is signed in; staff, whose addresses an administrator keeps, go where they work."""
    person = guards.signed_in()
    if isinstance(person, User) and person.is_staff:
        return redirect(guards.home_of(person), code=303)
    return person
