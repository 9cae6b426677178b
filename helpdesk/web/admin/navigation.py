"""What administrators see beside every page."""

from flask import g, request, url_for

from helpdesk.web.languages import gettext as _
from helpdesk.web.navigation import Item, Navigation, desk_pages, reader


def navigation() -> Navigation:
    """The way back to the tickets, and the pages this person's role opens."""
    tickets, home = url_for("agents.queues.show", slug="unassigned"), url_for("admin.home.show")
    count = len(g.alarms) if g.get("alarms") else None  # asked for by pages that tell them
    pages = desk_pages(g.agent)
    overview = Item(
        label=_("Overview"),
        url=home,
        icon="rows",
        count=count,
        is_current=request.path == home,
        is_alert=bool(count),
    )
    return Navigation(
        home_url=tickets,
        person=reader(g.agent),
        search_url=home,
        queues=[
            Item(label=_("Tickets"), url=tickets, icon="arrow-left"),
            *([overview] if pages else []),
            *pages,
        ],
    )
