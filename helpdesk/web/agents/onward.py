"""Where somebody goes on to after a deed on a ticket: along the list they came from."""

from flask import g

from helpdesk.accounts.preferences import AfterSend
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.queues.catalogue import listing
from helpdesk.queues.neighbours import neighbours
from helpdesk.tickets.models import Ticket
from helpdesk.web.agents.desk_zone import desk_zone
from helpdesk.web.agents.origin import Origin, origin_in_request


def next_along(ticket: Ticket) -> str:
    """The next ticket of the list, the list itself at its end: asked before a deed, which may change the list."""
    origin = origin_in_request() or Origin("mine")
    following = _next_of(origin, ticket)
    return origin.ticket_url(following) if following else origin.url


def onward_from(ticket: Ticket, chosen: AfterSend) -> str | None:
    """Where to go instead of staying."""
    if chosen is AfterSend.STAY:
        return None
    if chosen is AfterSend.NEXT:
        return next_along(ticket)
    return (origin_in_request() or Origin("mine")).url


def _next_of(origin: Origin, ticket: Ticket) -> str | None:
    """The number of the ticket that follows in the list; None at its end, and where the list cannot be read."""
    try:
        along = listing(origin.slug, origin.query, origin.sort, g.agent, zone=desk_zone())
    except Unwelcome:
        return None
    following: str | None = db.session.execute(neighbours(along, ticket)).one().next
    return following
