"""What administrators see beside every page."""

from flask import g, url_for

from helpdesk.web.languages import gettext as _
from helpdesk.web.navigation import Item, Navigation, desk_pages, reader


def navigation() -> Navigation:
    """The way back to the tickets, and the pages this person's role opens."""
    tickets = url_for("agents.queues.show", slug="unassigned")
    return Navigation(
        home_url=tickets,
        person=reader(g.agent),
        queues=[Item(label=_("Tickets"), url=tickets, icon="arrow-left"), *desk_pages(g.agent)],
    )
