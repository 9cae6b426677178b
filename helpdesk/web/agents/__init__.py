"""The agents' pages, below /agent: for staff only."""

from types import ModuleType

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.tickets.policy import can_open
from helpdesk.web import factors, guards, rates
from helpdesk.web.agents import (
    admissions,
    assignments,
    blocks,
    bulk_edits,
    closures,
    deleted_tickets,
    deletions,
    deliveries,
    devices,
    held_answers,
    kept_drafts,
    news,
    notes,
    notes_about,
    organizations,
    originals,
    people,
    person_blocks,
    person_merges,
    pictures,
    preferences,
    properties,
    queues,
    reopenings,
    replies,
    resolutions,
    restorations,
    search,
    spam,
    statistics,
    tags,
    tickets,
    uploads,
    watching,
)
from helpdesk.web.agents.navigation import navigation
from helpdesk.web.agents.origin import carry
from helpdesk.web.agents.sending import sending
from helpdesk.web.factors.persona import STAFF

agents = Blueprint("agents", __name__, url_prefix="/agent")


@agents.before_request
def let_staff_in() -> Response | None:
    """Customers are led to their own pages: they learn nothing about these."""
    person = guards.signed_in()
    if not isinstance(person, User):
        return person
    if not person.is_staff:
        return redirect(guards.home_of(person), code=303)
    g.agent = person
    return None


agents.before_request(rates.limit_costly_pages)
agents.context_processor(
    lambda: {
        "nav": navigation(),
        "search_url": url_for("agents.search.show"),
        "sending": sending,
        "can_open": can_open(g.agent),
    }
)
agents.url_defaults(carry)

RESOURCES: tuple[ModuleType, ...] = (
    admissions,
    assignments,
    blocks,
    bulk_edits,
    closures,
    deleted_tickets,
    deletions,
    deliveries,
    devices,
    held_answers,
    kept_drafts,
    news,
    notes,
    notes_about,
    organizations,
    originals,
    people,
    person_blocks,
    person_merges,
    pictures,
    preferences,
    properties,
    queues,
    reopenings,
    replies,
    resolutions,
    restorations,
    search,
    spam,
    statistics,
    tags,
    tickets,
    uploads,
    watching,
)
for resource in RESOURCES:
    agents.register_blueprint(resource.bp)
for own_factors in factors.blueprints(STAFF):
    agents.register_blueprint(own_factors)


@agents.get("")
def start() -> Response:
    """Where the work is."""
    return redirect(url_for("agents.queues.show", slug="unassigned"), code=303)
