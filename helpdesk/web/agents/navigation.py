"""What agents see beside every page: queues and pinned views with their counts, and the pages their role opens."""

from typing import Any

from flask import g, request
from flask_babel import lazy_gettext as _

from helpdesk.accounts.permissions import Permission
from helpdesk.queues.catalogue import QUEUES
from helpdesk.web.agents.sidebar_counts import kept_view_counts, shown, sidebar, views_beside
from helpdesk.web.fixed_urls import fixed_url
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
        counts, is_stale = kept_view_counts()
        g.navigation = Navigation(
            home_url=fixed_url("agents.queues.show", slug="unassigned"),
            person=reader(g.agent),
            queues=_queues(),
            views=_views(counts),
            counts_url=fixed_url("agents.views.counts") if is_stale else "",
            pages=_pages(),
        )
    found: Navigation = g.navigation
    return found


def count_of(slug: str) -> int | None:
    """How many tickets a queue holds; None where that is not counted."""
    return shown(sidebar().get(slug))


def freshness() -> tuple[Any, Any]:
    """How new what the page shows is: read together with the counts."""
    counts = sidebar()
    return counts["changed_at"], counts["reads"]


def _queues() -> list[Item]:
    counts, current = sidebar(), _current()
    return [
        Item(
            label=str(QUEUE_NAMES[slug][0]),
            url=fixed_url("agents.queues.show", slug=slug),
            icon=QUEUE_NAMES[slug][1],
            count=shown(counts.get(slug)),
            is_current=slug == current,
            is_alert=slug in ALARMING and counts[slug] > 0,
        )
        for slug in QUEUES
    ]


def _views(counts: dict[str, int]) -> list[Item]:
    """What is pinned, and the way to all that can be."""
    current, index = _current(), fixed_url("agents.views.index")
    pinned = [
        Item(
            label=view.name,
            url=fixed_url("agents.views.show", slug=view.slug),
            icon="bookmark",
            count=shown(counts.get(view.slug)),
            is_current=view.slug == current,
            is_name=True,
        )
        for view in views_beside()
    ]
    return [*pinned, Item(label=gettext("Views"), url=index, icon="list", is_current=request.path == index)]


def _current() -> str | None:
    found: str | None = (request.view_args or {}).get("slug", g.get("home_queue"))
    return found


def _pages() -> list[Item]:
    pages = [*_who_asks(), *_numbers(), *administration(g.agent)]
    if g.agent.may(Permission.DELETE_TICKETS):
        url = fixed_url("agents.deleted_tickets.index")
        pages.insert(2, Item(label=gettext("Bin"), url=url, icon="trash", is_current=request.path == url))
    return pages


def _numbers() -> list[Item]:
    if not g.agent.may(Permission.SEE_EVERY_TICKET):
        return []
    url = fixed_url("agents.statistics.show")
    return [Item(label=gettext("Statistics"), url=url, icon="chart", is_current=is_below(url))]


def _who_asks() -> list[Item]:
    """People and organizations."""
    people, organizations = fixed_url("agents.people.index"), fixed_url("agents.organizations.index")
    return [
        Item(label=gettext("People"), url=people, icon="users", is_current=is_below(people)),
        Item(
            label=gettext("Organizations"),
            url=organizations,
            icon="building",
            is_current=is_below(organizations),
        ),
    ]
