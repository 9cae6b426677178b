"""/login: with a password."""

from flask import Blueprint, redirect, render_template, request

from helpdesk.core.errors import Refused
from helpdesk.identity.operations.signing_in import NoMatch, sign_in
from helpdesk.web import doorway, guards
from helpdesk.web.answers import Page, local_path
from helpdesk.web.languages import gettext as _
from helpdesk.web.public.deeds import deed
from helpdesk.web.public.forms import SignInForm

bp = Blueprint("sign_in", __name__, url_prefix="/login")


@bp.get("")
def new() -> Page:
    onward = request.args.get("next")
    if person := doorway.person():
        return redirect(local_path(onward, guards.home_of(person)), code=303)
    return _form(SignInForm(next=local_path(onward, "")))


@bp.post("")
def create() -> Page:
    form = SignInForm()
    if not form.validate_on_submit():
        return _form(form), 422
    stays = bool(form.stays.data)
    try:
        with deed():
            signed_in = sign_in(
                email=form.email.data,
                password=form.password.data,
                stays=stays,
                user_agent=request.user_agent.string,
            )
    except (NoMatch, Refused) as refusal:
        return _form(form, refusal=_(refusal.sentence)), refusal.status
    doorway.let_in(signed_in, stays=stays)
    return redirect(local_path(form.next.data, guards.home_of(signed_in.person)), code=303)


def _form(form: SignInForm, *, refusal: str = "") -> str:
    desk = doorway.desk()
    return render_template(
        f"public/sign_in/{'new' if desk.is_set_up else 'not_set_up'}.html",
        form=form,
        refusal=refusal,
        allows_sign_up=desk.allows_sign_up,
        allows_guests=desk.allows_guests,
    )
