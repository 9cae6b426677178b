"""…/security: which second factors one has."""

from flask import Blueprint
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.identity.operations.passkeys import passkeys_of
from helpdesk.identity.queries import factors_of
from helpdesk.identity.second_factors import Authenticator
from helpdesk.web.answers import Page
from helpdesk.web.factors.persona import Persona, look, me
from helpdesk.web.guards import refuse_impersonators
from helpdesk.web.passkey_challenges import passkey_desk


def blueprint(persona: Persona) -> Blueprint:
    bp = Blueprint("security", __name__, url_prefix=persona.prefix)

    bp.before_request(refuse_impersonators)

    @bp.get("")
    def show() -> Page:
        with look():
            app = db.session.scalars(select(Authenticator).where(Authenticator.user_id == me().id)).first()
            factors, passkeys = factors_of(me()), passkeys_of(me())
        return persona.page(
            "show",
            app=app,
            factors=factors,
            passkeys=passkeys,
            has_passkeys_here=passkey_desk() is not None,
        )

    return bp
