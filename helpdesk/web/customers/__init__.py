"""The portal, below /portal: every page runs in the customer role of the database."""

from types import ModuleType

from flask import Blueprint, g, redirect
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.web import guards
from helpdesk.web.customers.navigation import navigation

customers = Blueprint("customers", __name__, url_prefix="/portal")


@customers.before_request
def let_customers_in() -> Response | None:
    """Staff work at the agents' pages; the portal is for customers."""
    person = guards.signed_in()
    if not isinstance(person, User):
        return person
    if person.is_staff:
        return redirect(guards.home_of(person), code=303)
    g.customer = person
    return None


customers.context_processor(lambda: {"nav": navigation()})

RESOURCES: tuple[ModuleType, ...] = ()
for resource in RESOURCES:
    customers.register_blueprint(resource.bp)
