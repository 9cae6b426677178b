"""The portal, below /portal: every page runs in the customer role of the database."""

from types import ModuleType

from flask import Blueprint, g, redirect
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.web import guards
from helpdesk.web.answers import see_other
from helpdesk.web.customers import closures, reopenings, replies, tickets
from helpdesk.web.customers.navigation import navigation
from helpdesk.web.limits import limits

customers = Blueprint("customers", __name__, url_prefix="/portal")


@customers.before_request
def let_customers_in() -> Response | None:
    """Staff work at the agents' pages; the portal is for customers."""
    person = guards.signed_in()
    if not isinstance(person, User):
        return person
    if person.is_staff:
        return redirect(guards.home_of(person), code=303)
    g.customer, g.by_link = person, False
    return None


@customers.get("")
def start() -> Response:
    """The portal begins with one's own requests."""
    return see_other("customers.tickets.index")


customers.context_processor(lambda: {"nav": navigation(), "limits": limits()})

RESOURCES: tuple[ModuleType, ...] = (tickets, replies, closures, reopenings)
for resource in RESOURCES:
    customers.register_blueprint(resource.bp)
