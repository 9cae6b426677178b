"""One's own password: another one for who knows the present one; a mailed link for who has none."""

from flask import Blueprint, flash, g, session

from helpdesk.core.errors import Unwelcome
from helpdesk.identity import jobs
from helpdesk.identity.operations.choosing_passwords import change_password
from helpdesk.identity.operations.sessions import renew
from helpdesk.identity.passwords import BadPassword
from helpdesk.web import doorway, guards
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.deeds import deed
from helpdesk.web.customers.profile_forms import ChangePasswordForm
from helpdesk.web.customers.profile_page import profile_page
from helpdesk.web.languages import gettext as _

bp = Blueprint("passwords", __name__, url_prefix="/profile/password")
bp.before_request(guards.refuse_impersonators)


@bp.post("")
def update() -> Page:
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return profile_page(password=form), 422
    try:
        with deed():
            change_password(
                g.customer,
                present=form.present_password.data,
                password=form.new_password.data,
                session=session[doorway.SESSION_KEY],
            )
            secret = renew(g.sign_in_session)
    except Unwelcome as refusal:
        field = form.new_password if isinstance(refusal, BadPassword) else form.present_password
        field.errors = [_(refusal.sentence)]
        return profile_page(password=form), refusal.status
    session[doorway.SESSION_KEY] = secret  # who knew the old session's secret is out, too
    flash(_("Your password is changed, and you are signed out everywhere else."))
    return _back()


@bp.post("/link")
def ask() -> Page:
    try:
        with deed():
            jobs.ask_for(jobs.request_reset, email=g.customer.email or "")
    except Unwelcome as refusal:
        flash(_(refusal.sentence), "error")
        return _back()
    flash(_("A link is on its way to %(email)s; behind it you choose a password.", email=g.customer.email))
    return _back()


def _back() -> Page:
    return see_other("customers.profile.edit", _anchor="password")
