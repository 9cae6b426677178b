"""The administrators' pages, below /admin: each asks for its own permission."""

from types import ModuleType

from flask import Blueprint, abort, g
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.web import guards
from helpdesk.web.admin import styleguide
from helpdesk.web.admin.navigation import navigation

admin = Blueprint("admin", __name__, url_prefix="/admin")


@admin.before_request
def let_staff_in() -> Response | None:
    """Customers find nothing here; which page an agent may open, the page's own permission says."""
    person = guards.signed_in()
    if not isinstance(person, User):
        return person
    if not person.is_staff:
        abort(404)
    g.agent = person
    return None


admin.context_processor(lambda: {"nav": navigation()})

RESOURCES: tuple[ModuleType, ...] = (styleguide,)
for resource in RESOURCES:
    admin.register_blueprint(resource.bp)
