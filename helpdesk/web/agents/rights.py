"""What the signed-in agent may do with a ticket: which controls its page has."""

from dataclasses import dataclass

from flask import g

from helpdesk.tickets import policy
from helpdesk.tickets.models import Ticket, TicketStatus


@dataclass(frozen=True, slots=True)
class Rights:
    """Which controls there are."""

    can_write: bool
    can_change: bool
    can_watch: bool
    can_delete: bool
    can_take: bool
    can_resolve: bool
    can_close: bool
    can_reopen: bool


def rights_on(ticket: Ticket) -> Rights:
    """What the signed-in agent may do with this ticket as it stands."""
    can_change = policy.can_change(g.agent, ticket)
    return Rights(
        can_write=policy.can_reply(g.agent, ticket),
        can_change=can_change,
        can_watch=policy.can_watch(g.agent, ticket),
        can_delete=policy.can_delete(g.agent, ticket),
        can_take=can_change and ticket.assignee_id != g.agent.id and ticket.is_open,
        can_resolve=can_change and ticket.is_open,
        can_close=can_change and ticket.status is TicketStatus.RESOLVED,
        can_reopen=can_change and not ticket.is_open,
    )
