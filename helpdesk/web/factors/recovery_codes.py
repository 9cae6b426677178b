"""…/security/recovery-codes: ten new ones; those before work no longer."""

from flask import Blueprint, flash

from helpdesk.identity.operations.recovery_codes import renew_recovery_codes
from helpdesk.identity.queries import factors_of
from helpdesk.web.answers import Page
from helpdesk.web.factor_forms import AgreeForm
from helpdesk.web.factors.persona import Persona, deed, look, me
from helpdesk.web.fresh_factor import ask_for_both_proofs
from helpdesk.web.languages import gettext as _


def blueprint(persona: Persona) -> Blueprint:
    bp = Blueprint("recovery_codes", __name__, url_prefix=f"{persona.prefix}/recovery-codes")
    bp.before_request(ask_for_both_proofs)

    @bp.get("/new")
    def new() -> Page:
        return persona.page("new_codes", form=AgreeForm())

    @bp.post("")
    def create() -> Page:
        """The answer itself shows them: nothing keeps them readable, so no other page could."""
        with look():
            has_one = factors_of(me()).any
        if not has_one:
            flash(_("Recovery codes stand in for a second factor. Add one first."), "error")
            return persona.to("security.show")
        with deed():
            codes = renew_recovery_codes(me())
        return persona.page("codes", codes=codes, is_first=False)

    return bp
