"""What agents see beside every page: the queues with their counts, and the pages their role opens."""

from flask import g, request, url_for
from flask_babel import lazy_gettext as lazy

from helpdesk.core.db import db
from helpdesk.queues.catalogue import QUEUES, counts_for
from helpdesk.web.navigation import Item, Navigation, reader

QUEUE_NAMES = {
    "unassigned": (lazy("Unassigned"), "inbox"),
    "mine": (lazy("Mine"), "user"),
    "overdue": (lazy("Overdue"), "alarm"),
    "open": (lazy("All open"), "layers"),
}


def navigation() -> Navigation:
    """Costs one statement, once a request."""
    if "navigation" not in g:
        g.navigation = Navigation(
            home_url=url_for("agents.queues.show", slug="unassigned"),
            person=reader(g.agent),
            queues=_queues(),
        )
    found: Navigation = g.navigation
    return found


def _queues() -> list[Item]:
    counts = db.session.execute(counts_for(g.agent)).one()._mapping
    current = (request.view_args or {}).get("slug")
    return [
        Item(
            label=str(QUEUE_NAMES[slug][0]),
            url=url_for("agents.queues.show", slug=slug),
            icon=QUEUE_NAMES[slug][1],
            count=counts[slug],
            is_current=slug == current,
            is_alert=slug == "overdue" and counts[slug] > 0,
        )
        for slug in QUEUES
    ]
