"""One's own account: the page, and who one is."""

from flask import Blueprint, flash, g

from helpdesk.accounts.names import BadName
from helpdesk.accounts.operations.profiles import change_profile
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.deeds import deed
from helpdesk.web.customers.profile_forms import AboutForm
from helpdesk.web.customers.profile_page import profile_page
from helpdesk.web.languages import gettext as _

bp = Blueprint("profile", __name__, url_prefix="/profile")


@bp.get("")
def edit() -> Page:
    return profile_page()


@bp.post("")
def update() -> Page:
    form = AboutForm(g.customer)
    if not form.validate_on_submit():
        return profile_page(about=form), 422
    try:
        with deed():
            change_profile(
                g.customer,
                full_name=form.full_name.data,
                signature=g.customer.signature,
                time_zone=form.time_zone.data or None,
                locale=form.locale.data or None,
            )
    except BadName as refusal:
        form.full_name.errors = [_(refusal.sentence)]
        return profile_page(about=form), refusal.status
    flash(_("Saved."))
    return see_other("customers.profile.edit")
