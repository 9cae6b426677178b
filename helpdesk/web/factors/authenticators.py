"""…/security/app: an app that makes codes, added by its first code and removed."""

from flask import Blueprint, flash

from helpdesk.core.errors import Unwelcome
from helpdesk.identity import totp
from helpdesk.identity.operations.own_factors import drop_app, enrol_app
from helpdesk.web import doorway
from helpdesk.web.answers import Page
from helpdesk.web.factor_forms import AgreeForm, NewAppForm
from helpdesk.web.factors.offers import offer_for
from helpdesk.web.factors.persona import Persona, deed, me, this_session
from helpdesk.web.fresh_factor import ask_for_both_proofs
from helpdesk.web.languages import gettext as _
from helpdesk.web.qr import qr_code


def blueprint(persona: Persona) -> Blueprint:
    bp = Blueprint("authenticators", __name__, url_prefix=f"{persona.prefix}/app")
    bp.before_request(ask_for_both_proofs)

    @bp.get("/new")
    def new() -> Page:
        return _page(persona, NewAppForm())

    @bp.post("")
    def create() -> Page:
        form = NewAppForm()
        if not form.validate_on_submit():
            return _page(persona, form), 422
        try:
            with deed():
                codes = enrol_app(me(), sealed=form.offer.data, code=form.code.data, session=this_session())
        except Unwelcome as refusal:
            form.code.errors = [_(refusal.sentence)]
            return _page(persona, form), refusal.status
        if codes:
            return persona.page("codes", codes=codes, is_first=True)
        flash(_("The app is added. We ask for its code when you sign in."))
        return persona.to("security.show")

    @bp.get("/removal/new")
    def remove() -> Page:
        return persona.page("remove_app", form=AgreeForm())

    @bp.post("/removal")
    def destroy() -> Page:
        try:
            with deed():
                drop_app(me(), session=this_session())
        except Unwelcome as refusal:
            flash(_(refusal.sentence), "error")
            return persona.to("security.show")
        flash(_("The app is removed. You are signed out everywhere else."))
        return persona.to("security.show")

    return bp


def _page(persona: Persona, form: NewAppForm) -> str:
    offer = offer_for(me(), form)
    uri = totp.uri(offer.secret, account=me().email or me().name, desk_name=doorway.desk().desk_name)
    return persona.page("new_app", form=form, secret=totp.in_groups(offer.secret), uri=uri, qr=qr_code(uri))
