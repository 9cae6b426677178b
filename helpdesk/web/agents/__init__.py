"""The agents' pages, below /agent: for staff only."""

from types import ModuleType

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.accounts.preferences import preferences_of
from helpdesk.queues.catalogue import QUEUES
from helpdesk.tickets.policy import can_open
from helpdesk.web import factors, guards, rates
from helpdesk.web.agents import (
    admissions,
    assignments,
    blocks,
    bulk_cancellations,
    bulk_edits,
    bulk_reversals,
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
    shortcuts,
    spam,
    statistics,
    suggestions,
    tags,
    tickets,
    uploads,
    view_pins,
    views,
    watching,
)
from helpdesk.web.agents.bulk_page import bulk_context
from helpdesk.web.agents.navigation import navigation
from helpdesk.web.agents.origin import carry
from helpdesk.web.agents.sending import sending
from helpdesk.web.agents.sidebar_counts import remember_the_deed, view_read
from helpdesk.web.factors.persona import STAFF
from helpdesk.web.fixed_urls import fixed_url

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
        "search_url": fixed_url("agents.search.show"),
        "sending": sending,
        "can_open": can_open(g.agent),
        **bulk_context(),
    }
)
agents.url_defaults(carry)
agents.after_request(remember_the_deed)

RESOURCES: tuple[ModuleType, ...] = (
    admissions,
    assignments,
    blocks,
    bulk_cancellations,
    bulk_edits,
    bulk_reversals,
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
    shortcuts,
    spam,
    statistics,
    suggestions,
    tags,
    tickets,
    uploads,
    view_pins,
    views,
    watching,
)
for resource in RESOURCES:
    agents.register_blueprint(resource.bp)
for own_factors in factors.blueprints(STAFF):
    agents.register_blueprint(own_factors)


@agents.get("")
def start() -> Response:
    """Where the work is: the list somebody chose to start with, as long as it is there."""
    slug = preferences_of(g.agent).start
    if view_read(slug) is not None:
        return redirect(url_for("agents.views.show", slug=slug), code=303)
    return redirect(url_for("agents.queues.show", slug=slug if slug in QUEUES else "unassigned"), code=303)
