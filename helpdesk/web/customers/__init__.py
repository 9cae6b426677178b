"""The portal, below /portal: every page runs in the customer role of the database."""

from types import ModuleType

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.web import doorway, factors, guards, link_holders
from helpdesk.web.answers import see_other
from helpdesk.web.customers import (
    addresses,
    closures,
    colleagues,
    devices,
    erasures,
    invitations,
    memberships,
    organization,
    participants,
    passwords,
    printing,
    profile,
    receipts,
    reopenings,
    replies,
    tickets,
)
from helpdesk.web.customers.navigation import navigation
from helpdesk.web.factors.persona import CUSTOMERS
from helpdesk.web.limits import limits

customers = Blueprint("customers", __name__, url_prefix="/portal")


OPEN_BY_LINK = {
    "customers.tickets.show",
    "customers.replies.create",
    "customers.closures.create",
    "customers.reopenings.create",
    "customers.printing.show",
}
"""What somebody may do who came by the mailed link of a ticket: with this ticket, and nothing else."""


@customers.before_request
def let_customers_in() -> Response | None:
    """Staff work at the agents' pages; the portal is for customers."""
    if doorway.person() is None and link_holders.keys_held():
        return let_holder_in()
    person = guards.signed_in()
    if not isinstance(person, User):
        return person
    if person.is_staff:
        return redirect(guards.home_of(person), code=303)
    g.customer, g.by_link = person, False
    return None


def let_holder_in() -> Response | None:
    """To the one ticket of their link; everywhere else the way leads to a mail that lets them see more."""
    number = (request.view_args or {}).get("number", "")
    try:
        holder = link_holders.holder_for(number)
    except link_holders.KeyEnded:
        return see_other("public.ticket_keys.show")
    if holder is None:
        person = guards.signed_in()
        return person if isinstance(person, Response) and number else see_other("public.all_requests.new")
    if request.endpoint not in OPEN_BY_LINK:
        return see_other("public.all_requests.new", number=number)
    g.customer, g.by_link = holder, True
    return None


@customers.get("")
def start() -> Response:
    """The portal begins with one's own requests."""
    return see_other("customers.tickets.index")


customers.context_processor(lambda: {"nav": navigation(), "limits": limits()})

RESOURCES: tuple[ModuleType, ...] = (
    tickets,
    receipts,
    replies,
    closures,
    reopenings,
    participants,
    printing,
    organization,
    colleagues,
    invitations,
    memberships,
    profile,
    addresses,
    passwords,
    devices,
    erasures,
)
for resource in RESOURCES:
    customers.register_blueprint(resource.bp)
for own_factors in factors.blueprints(CUSTOMERS):
    customers.register_blueprint(own_factors)
