"""/register: signing up as a customer."""

from flask import Blueprint, flash, redirect, render_template

from helpdesk.identity import jobs
from helpdesk.web import doorway, guards
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _
from helpdesk.web.public.forms import RegistrationForm
from helpdesk.web.public.letters import ask_and_remember, look_into_your_mailbox

bp = Blueprint("registrations", __name__, url_prefix="/register")


@bp.before_request
def let_newcomers_in() -> Page | None:
    """Who is signed in has an account; some desks make accounts for their customers themselves."""
    person = doorway.person()
    if person is not None:
        return redirect(guards.home_of(person), code=303)
    if doorway.desk_of_strangers().allows_sign_up:
        return None
    flash(_("Accounts are made by the desk. Ask there for an invitation."))
    return see_other("public.sign_in.new")


@bp.get("")
def new() -> Page:
    return render_template("public/registrations/new.html", form=RegistrationForm())


@bp.post("")
def create() -> Page:
    form = RegistrationForm()
    if not form.validate_on_submit():
        return render_template("public/registrations/new.html", form=form), 422
    ask_and_remember(jobs.register, email=form.email.data, full_name=form.full_name.data)
    return see_other("public.registrations.show")


@bp.get("/sent")
def show() -> Page:
    return look_into_your_mailbox()
