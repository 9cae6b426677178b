"""One's own second factors: the same pages for staff, beside their preferences, and for customers, in their profile."""

from collections.abc import Iterator

from flask import Blueprint

from helpdesk.web import guards
from helpdesk.web.factors import authenticators, overview, passkeys, recovery_codes
from helpdesk.web.factors.persona import Persona


def blueprints(persona: Persona) -> Iterator[Blueprint]:
    """The resources, for the persona's own blueprint."""
    for resource in (overview, authenticators, passkeys, recovery_codes):
        own = resource.blueprint(persona)
        own.before_request(guards.refuse_impersonators)
        yield own
