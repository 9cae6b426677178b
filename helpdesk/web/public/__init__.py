"""The pages anybody may open: signing in and its ways around, setting up, health."""

from types import ModuleType

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from helpdesk.web import doorway, guards
from helpdesk.web.public import (
    confirmations,
    health,
    invitations,
    magic_links,
    recoveries,
    registrations,
    setup,
    sign_in,
    sign_out,
)

public = Blueprint("public", __name__)

RESOURCES: tuple[ModuleType, ...] = (
    sign_in,
    sign_out,
    registrations,
    confirmations,
    recoveries,
    magic_links,
    invitations,
    setup,
    health,
)
for resource in RESOURCES:
    public.register_blueprint(resource.bp)


@public.get("/")
def start() -> Response:
    """Everybody to where they work."""
    person = doorway.person()
    return redirect(guards.home_of(person) if person else url_for("public.sign_in.new"), code=303)
