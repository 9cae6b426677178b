"""/login: with a password."""

from flask import Blueprint, redirect, render_template, request

from helpdesk.core.errors import Refused
from helpdesk.identity.operations.signing_in import NoMatch, sign_in
from helpdesk.web import doorway, guards
from helpdesk.web.answers import Page, local_path
from helpdesk.web.languages import gettext as _
from helpdesk.web.passkey_challenges import passkey_desk
from helpdesk.web.public.arrivals import arrive
from helpdesk.web.public.deeds import deed
from helpdesk.web.public.forms import SignInForm
from helpdesk.web.public.provider_buttons import offered

bp = Blueprint("sign_in", __name__, url_prefix="/login")


@bp.get("")
def new() -> Page:
    onward = request.args.get("next")
    if person := doorway.person():
        return redirect(local_path(onward, guards.home_of(person)), code=303)
    return sign_in_page(SignInForm(next=local_path(onward, "")))


@bp.post("")
def create() -> Page:
    form = SignInForm()
    if not form.validate_on_submit():
        return sign_in_page(form), 422
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
        return sign_in_page(form, refusal=_(refusal.sentence)), refusal.status
    return arrive(signed_in, stays=stays, onward=form.next.data)


def sign_in_page(form: SignInForm, *, refusal: str = "") -> str:
    """The page; also for who was refused by a passkey."""
    desk = doorway.desk()
    return render_template(
        f"public/sign_in/{'new' if desk.is_set_up else 'not_set_up'}.html",
        form=form,
        refusal=refusal,
        has_passkeys_here=passkey_desk() is not None,
        providers=offered(),
        allows_sign_up=desk.allows_sign_up,
        allows_guests=desk.allows_guests,
    )
