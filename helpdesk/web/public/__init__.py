"""The pages anybody may open: signing in and its ways around, setting up, health."""

from types import ModuleType

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from helpdesk.web import doorway, guards
from helpdesk.web.languages import gettext as _
from helpdesk.web.navigation import Item, Navigation
from helpdesk.web.public import (
    added_addresses,
    all_requests,
    confirmations,
    enrolments,
    factor_proofs,
    guest_confirmations,
    guest_requests,
    health,
    impersonations,
    invitations,
    magic_links,
    mail_door,
    passkeys,
    proofs,
    proven,
    providers,
    recoveries,
    registrations,
    second_factors,
    setup,
    sign_in,
    sign_out,
    ticket_keys,
)

public = Blueprint("public", __name__)


@public.context_processor
def frame() -> dict[str, Navigation]:
    """What the wider pages show above: the way in for those who have an account."""
    sign_in_page = Item(label=_("Sign in"), url=url_for("public.sign_in.new"))
    return {"nav": Navigation(home_url=url_for("public.start"), pages=[sign_in_page])}


RESOURCES: tuple[ModuleType, ...] = (
    sign_in,
    second_factors,
    enrolments,
    passkeys,
    factor_proofs,
    sign_out,
    registrations,
    confirmations,
    recoveries,
    magic_links,
    invitations,
    setup,
    health,
    ticket_keys,
    all_requests,
    added_addresses,
    guest_requests,
    guest_confirmations,
    mail_door,
    proofs,
    proven,
    providers,
    impersonations,
)
for resource in RESOURCES:
    public.register_blueprint(resource.bp)


@public.get("/")
def start() -> Response:
    """Everybody to where they work."""
    person = doorway.person()
    return redirect(guards.home_of(person) if person else url_for("public.sign_in.new"), code=303)
