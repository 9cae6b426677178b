"""What agents see beside every page: the queues with their counts, and the pages their role opens."""

from collections.abc import Mapping
from typing import Any

from flask import g, request, url_for
from flask_babel import lazy_gettext as _

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.queues.catalogue import QUEUES, counts_for
from helpdesk.queues.freshness import freshness_of
from helpdesk.web.languages import gettext
from helpdesk.web.navigation import Item, Navigation, administration, is_below, reader

QUEUE_NAMES = {
    "unassigned": (_("Unassigned"), "inbox"),
    "mine": (_("Mine"), "user"),
    "teams": (_("My teams"), "users"),
    "overdue": (_("Overdue"), "alarm"),
    "waiting": (_("Waiting on customer"), "pause"),
    "undelivered": (_("Not delivered"), "mail-warning"),
    "open": (_("All open"), "layers"),
    "resolved": (_("Recently resolved"), "check-circle"),
    "everything": (_("Everything"), "archive"),
}

ALARMING = frozenset({"overdue", "undelivered"})
"""Queues whose tickets should not be there."""


def navigation() -> Navigation:
    """Costs one statement, once a request."""
    if "navigation" not in g:
        g.navigation = Navigation(
            home_url=url_for("agents.queues.show", slug="unassigned"),
            person=reader(g.agent),
            queues=_queues(),
            pages=_pages(),
        )
    found: Navigation = g.navigation
    return found


def count_of(slug: str) -> int | None:
    """How many tickets a queue holds; None where that is not counted."""
    return _counts().get(slug)


def freshness() -> tuple[Any, Any]:
    """How new what the page shows is: read together with the counts."""
    counts = _counts()
    return counts["changed_at"], counts["reads"]


def _counts() -> Mapping[str, Any]:
    if "queue_counts" not in g:
        counts = counts_for(g.agent).add_columns(*freshness_of(g.agent))
        g.queue_counts = dict(db.session.execute(counts).one()._mapping)
    found: Mapping[str, Any] = g.queue_counts
    return found


def _queues() -> list[Item]:
    counts = _counts()
    current = (request.view_args or {}).get("slug", g.get("home_queue"))
    return [
        Item(
            label=str(QUEUE_NAMES[slug][0]),
            url=url_for("agents.queues.show", slug=slug),
            icon=QUEUE_NAMES[slug][1],
            count=counts.get(slug),
            is_current=slug == current,
            is_alert=slug in ALARMING and counts[slug] > 0,
        )
        for slug in QUEUES
    ]


def _pages() -> list[Item]:
    pages = [*_who_asks(), *_numbers(), *administration(g.agent)]
    if g.agent.may(Permission.DELETE_TICKETS):
        url = url_for("agents.deleted_tickets.index")
        pages.insert(2, Item(label=gettext("Bin"), url=url, icon="trash", is_current=request.path == url))
    return pages


def _numbers() -> list[Item]:
    if not g.agent.may(Permission.SEE_EVERY_TICKET):
        return []
    url = url_for("agents.statistics.show")
    return [Item(label=gettext("Statistics"), url=url, icon="chart", is_current=is_below(url))]


def _who_asks() -> list[Item]:
    """People and organizations."""
    people, organizations = url_for("agents.people.index"), url_for("agents.organizations.index")
    return [
        Item(label=gettext("People"), url=people, icon="users", is_current=is_below(people)),
        Item(
            label=gettext("Organizations"),
            url=organizations,
            icon="building",
            is_current=is_below(organizations),
        ),
    ]
