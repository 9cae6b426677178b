"""The list a ticket was opened from, as its page shows it: the way back, the ticket before, the one after."""

from dataclasses import dataclass

from flask import g

from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.queues.catalogue import listing
from helpdesk.queues.neighbours import neighbours
from helpdesk.queues.views import is_view_slug
from helpdesk.tickets.models import Ticket
from helpdesk.web.agents.desk_zone import desk_zone
from helpdesk.web.agents.navigation import QUEUE_NAMES
from helpdesk.web.agents.origin import SEARCH, Origin, origin_in_request
from helpdesk.web.agents.sidebar_counts import view_read
from helpdesk.web.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Along:
    """`back_url` leads to the list. Addresses are empty and numbers None where there is nothing or nobody counted."""

    name: str
    back_url: str
    previous_url: str = ""
    next_url: str = ""
    position: int | None = None
    count: int | None = None

    @property
    def has_steps(self) -> bool:
        return bool(self.previous_url or self.next_url or self.position)


def along_list(ticket: Ticket) -> Along:
    """Where the reader came from, else the queue the ticket is in. Costs one statement for who came from a list."""
    origin = origin_in_request()
    if origin and is_view_slug(origin.slug) and view_read(origin.slug) is None:
        origin = None  # it was deleted, or is not theirs
    home = origin or Origin(_queue_of(ticket))
    if home.slug != SEARCH:
        g.home_queue = home.slug
    plain = Along(_name_of(home), home.url)
    return _steps(origin, ticket, plain) if origin else plain


def _steps(origin: Origin, ticket: Ticket, plain: Along) -> Along:
    try:
        view = view_read(origin.slug) if is_view_slug(origin.slug) else None
        along = listing(origin.slug, origin.query, origin.sort, g.agent, zone=desk_zone(), view=view)
    except Unwelcome:  # somebody wrote the address by hand
        return plain
    found = db.session.execute(neighbours(along, ticket)).one()._mapping
    return Along(
        plain.name,
        plain.back_url,
        previous_url=origin.ticket_url(found["previous"]) if found["previous"] else "",
        next_url=origin.ticket_url(found["next"]) if found["next"] else "",
        position=found["position"],
        count=found["count"],
    )


def _name_of(origin: Origin) -> str:
    if origin.slug == SEARCH:
        return _("Search: %(words)s", words=origin.query) if origin.query else _("Search")
    view = view_read(origin.slug) if is_view_slug(origin.slug) else None
    name = view.name if view else str(QUEUE_NAMES[origin.slug][0])
    return _("%(queue)s, filtered", queue=name) if origin.query else name


def _queue_of(ticket: Ticket) -> str:
    if ticket.is_open and ticket.is_unassigned:
        return "unassigned"
    return "mine" if ticket.is_open and ticket.assignee_id == g.agent.id else "open"
