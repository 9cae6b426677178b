"""What administrators see beside every page."""

from flask import g, request, url_for

from helpdesk.web.languages import gettext as _
from helpdesk.web.navigation import Item, Navigation, desk_pages, reader


def navigation() -> Navigation:
    """The way back to the tickets, and the pages this person's role opens."""
    tickets, home = url_for("agents.queues.show", slug="unassigned"), url_for("admin.home.show")
    overview = Item(label=_("Overview"), url=home, icon="rows", is_current=request.path == home)
    return Navigation(
        home_url=tickets,
        person=reader(g.agent),
        search_url=home,
        queues=[
            Item(label=_("Tickets"), url=tickets, icon="arrow-left"),
            overview,
            *desk_pages(g.agent),
        ],
    )
