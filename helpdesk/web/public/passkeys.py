"""/login/passkey: signing in by a passkey alone, without an address and without a password."""

from flask import Blueprint, request

from helpdesk.core.errors import Refused
from helpdesk.identity.operations.passkeys import ask_for_known
from helpdesk.identity.operations.second_proofs import sign_in_by_passkey
from helpdesk.identity.passkeys import BadPasskey
from helpdesk.web.answers import Page
from helpdesk.web.factor_forms import AnswerForm
from helpdesk.web.languages import gettext as _
from helpdesk.web.passkey_challenges import Asked, ask, asked, the_passkey_desk
from helpdesk.web.public.arrivals import arrive
from helpdesk.web.public.deeds import deed
from helpdesk.web.public.forms import SignInForm
from helpdesk.web.public.sign_in import sign_in_page

bp = Blueprint("passkeys", __name__, url_prefix="/login/passkey")


@bp.post("/challenge")
def challenge() -> Page:
    """What the browser hands to whichever passkey its owner chooses."""
    return ask(ask_for_known(the_passkey_desk(), of=None), Asked.SIGN_IN)


@bp.post("")
def create() -> Page:
    form = AnswerForm()
    stays = form.stays.data == "1"
    try:
        if not form.validate_on_submit():
            raise BadPasskey
        question, desk = asked(Asked.SIGN_IN), the_passkey_desk()
        with deed():
            signed_in = sign_in_by_passkey(
                form.answer.data,
                challenge=question,
                desk=desk,
                stays=stays,
                user_agent=request.user_agent.string,
            )
    except (BadPasskey, Refused) as refusal:
        again = SignInForm(formdata=None, next=form.next.data)
        return sign_in_page(again, refusal=_(refusal.sentence)), refusal.status
    return arrive(signed_in, stays=stays, onward=form.next.data)
