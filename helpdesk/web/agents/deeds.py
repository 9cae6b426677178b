"""How a button on the ticket page does its work: find the ticket, check the right, do it, show the page again."""

from collections.abc import Callable

from flask import abort, g, redirect

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import tickets_for
from helpdesk.web.agents.drafts import draft_in_request
from helpdesk.web.agents.lookup import ticket_or_404
from helpdesk.web.agents.origin import Origin, origin_in_request
from helpdesk.web.agents.ticket_page import show_ticket
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _

Predicate = Callable[[User, Ticket], bool]
Way = Callable[[Ticket], str]


def allowed_ticket(number: str, allowed: Predicate) -> Ticket:
    """The ticket, if this agent may see it (else 404) and may do that with it (else 403)."""
    ticket = ticket_or_404(number)
    if not allowed(g.agent, ticket):
        abort(403)
    return ticket


def do(
    number: str, deed: Callable[[Ticket], object], *, allowed: Predicate, onward: Way | None = None
) -> Page:
    """Do it and go back to the ticket, or `onward`, as its lists were before; refused, the ticket's page says why and
    nothing of the deed stays.
    """
    ticket = allowed_ticket(number, allowed)
    target = onward(ticket) if onward else None
    try:
        with db.session.begin_nested():
            deed(ticket)
    except Unwelcome as refusal:
        return show_ticket(number, draft=draft_in_request(), alert=_(refusal.sentence)), refusal.status
    return redirect(target, code=303) if target else back_to(ticket)


def back_to(ticket: Ticket) -> Page:
    """The ticket again, with what was being written; the queue, where the deed has put the ticket out of sight."""
    still_seen = tickets_for(g.agent).where(Ticket.id == ticket.id).with_only_columns(Ticket.id)
    if db.session.scalar(still_seen) is None:
        return redirect((origin_in_request() or Origin("mine")).url, code=303)
    draft = draft_in_request()
    if draft.content.strip():
        return show_ticket(ticket.ticket_number, draft=draft)
    return see_other("agents.tickets.show", number=ticket.ticket_number)
