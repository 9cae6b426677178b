"""What customers see above every page."""

from flask import g, request, url_for

from helpdesk.web.languages import gettext as _
from helpdesk.web.navigation import Item, Navigation, reader


def navigation() -> Navigation:
    """Where a customer can go."""
    home = url_for("customers.tickets.index")
    return Navigation(
        home_url=home,
        person=reader(g.customer),
        pages=[Item(label=_("My requests"), url=home, is_current=request.path == home)],
    )
