"""…/security/passkeys: several, each with a name; added by a script, removed by a button."""

from flask import Blueprint, flash

from helpdesk.core.errors import Unwelcome
from helpdesk.identity.operations.own_factors import drop_passkey, enrol_passkey
from helpdesk.identity.operations.passkeys import ask_for_new, passkeys_of
from helpdesk.identity.second_factors import Passkey
from helpdesk.web.answers import Page
from helpdesk.web.factor_forms import AgreeForm, NewPasskeyForm
from helpdesk.web.factors.persona import Persona, deed, look, me, this_session
from helpdesk.web.fresh_factor import ask_for_both_proofs
from helpdesk.web.languages import gettext as _
from helpdesk.web.passkey_challenges import Asked, ask, asked, passkey_desk, the_passkey_desk


def blueprint(persona: Persona) -> Blueprint:
    bp = Blueprint("passkeys", __name__, url_prefix=f"{persona.prefix}/passkeys")
    bp.before_request(ask_for_both_proofs)

    @bp.get("/new")
    def new() -> Page:
        return _page(persona, NewPasskeyForm())

    @bp.post("/challenge")
    def challenge() -> Page:
        """What the browser hands to the new passkey."""
        with look():
            question = ask_for_new(me(), the_passkey_desk())
        return ask(question, Asked.NEW, person_id=me().id)

    @bp.post("")
    def create() -> Page:
        return _create(persona)

    @bp.get("/<handle>/removal/new")
    def remove(handle: str) -> Page:
        passkey = _mine(handle)
        if passkey is None:
            return _gone(persona)
        return persona.page("remove_passkey", passkey=passkey, form=AgreeForm())

    @bp.post("/<handle>/removal")
    def destroy(handle: str) -> Page:
        return _destroy(persona, handle)

    return bp


def _create(persona: Persona) -> Page:
    form = NewPasskeyForm()
    if not form.validate_on_submit():
        return _page(persona, form, failed=not form.name.errors), 422
    try:
        question, desk = asked(Asked.NEW, person_id=me().id), the_passkey_desk()
        with deed():
            codes = enrol_passkey(
                me(),
                name=form.name.data,
                answer=form.answer.data,
                challenge=question,
                desk=desk,
                session=this_session(),
            )
    except Unwelcome as refusal:
        form.name.errors = [_(refusal.sentence)]
        return _page(persona, form), refusal.status
    if codes:
        return persona.page("codes", codes=codes, is_first=True)
    flash(_("The passkey is added. It signs you in without a password, too."))
    return persona.to("security.show")


def _destroy(persona: Persona, handle: str) -> Page:
    try:
        with deed():
            is_gone = not drop_passkey(me(), handle=handle, session=this_session())
    except Unwelcome as refusal:
        flash(_(refusal.sentence), "error")
        return persona.to("security.show")
    if is_gone:
        return _gone(persona)
    flash(_("The passkey is removed. You are signed out everywhere else."))
    return persona.to("security.show")


def _mine(handle: str) -> Passkey | None:
    with look():
        return {each.handle: each for each in passkeys_of(me())}.get(handle)


def _gone(persona: Persona) -> Page:
    """Another person's looks like none."""
    flash(_("This passkey is not there any more."), "error")
    return persona.to("security.show")


def _page(persona: Persona, form: NewPasskeyForm, *, failed: bool = False) -> str:
    return persona.page("new_passkey", form=form, has_passkeys_here=passkey_desk() is not None, failed=failed)
