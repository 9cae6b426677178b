"""A list of tickets as a page: queues and searches alike. Asked again for news it answers 304 while there are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from flask import Response, g, redirect, render_template, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import func, select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.pagination import KeysetPage, keyset_page
from helpdesk.mail.correspondence import is_automatic
from helpdesk.queues.catalogue import SEARCH
from helpdesk.queues.freshness import freshness_of
from helpdesk.queues.rows import rows_of
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.policy import can_open
from helpdesk.web.agents.bulk_bar import bulk_bar
from helpdesk.web.agents.bulk_selection import selection_of
from helpdesk.web.agents.list_filter import filter_of, offered
from helpdesk.web.agents.list_query import Wanted, tidy_url, wanted
from helpdesk.web.agents.navigation import count_of, freshness
from helpdesk.web.agents.origin import Origin
from helpdesk.web.agents.queue_rows import groups_of
from helpdesk.web.answers import Page

PAGE_SIZE = 50

HEADS: Sequence[tuple[str, LazyString, str]] = (
    ("priority", _("Priority"), ""),
    ("number", _("Ticket"), ""),
    ("requester", _("Requester"), ""),
    ("status", _("Status"), ""),
    ("assignee", _("Assignee"), "assignee-head"),
    ("activity", _("Active"), "end"),
    ("due", _("Due"), "end"),
)
"""The columns: the sort each stands for, its words, its place."""

EXAMPLES: Sequence[tuple[str, LazyString]] = (
    ("HD-42", _("the ticket with this number")),
    ("invoice wrong", _("both words, anywhere in a ticket")),
    ('"invoice is wrong"', _("these words in this order")),
    ("refund -spam", _("one word, and not the other")),
    ("status:open assignee:me", _("open ones that are yours")),
    ("status:open,in_progress team:mine", _("of your teams, in one of two states")),
    ("tag:vip priority:urgent,high", _("tagged so, and pressing")),
    ("requester:carl@customer.example", _("all that one person asked")),
    ('org:"Customer Inc" created<30d', _("of an organization, during the last 30 days")),
    ("created:2026-10-01..2026-10-31 weekday:mon", _("created on a Monday of that month")),
    ("delivery:failed", _("of which an answer did not arrive")),
    ("is:unread active>3d", _("unread, and quiet for more than three days")),
)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: where sorting by it leads (None: it cannot), and which way it is sorted now."""

    name: str
    look: str
    is_bare: bool
    url: str | None
    direction: str | None


def show_list(slug: str, name: str) -> Page:
    """The page of a list; a redirect where the filter's form was sent; 304 to a page that is still up to date."""
    tidy = tidy_url(slug)
    if tidy is not None:
        return redirect(tidy, code=HTTPStatus.SEE_OTHER)
    asked = wanted(slug)
    if _has_no_news():
        return Response(status=HTTPStatus.NOT_MODIFIED)
    context = _context(asked, name)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if asked.error else HTTPStatus.OK
    return render_template("agents/queues/show.html", **context), status


def _context(asked: Wanted, name: str) -> dict[str, Any]:
    """What the template is given. The version is read before the rows: news in between are told once too often."""
    version = _version(*freshness())
    marks = {mark: request.args.get(mark) for mark in ("after", "before")}
    is_asked = asked.slug != SEARCH or bool(asked.query)
    page: KeysetPage[Any] = _page(asked, marks) if is_asked else KeysetPage((), None, None)
    options = offered()
    count = _count(asked, page) if is_asked else None
    origin = Origin(asked.slug, str(asked.query), asked.found.sort)
    return {
        "asked": asked,
        "name": name,
        "count": count,
        "groups": groups_of(page, origin, by_due=asked.found.sorted_by == "due"),
        "heads": [_head(asked, sort, str(words), look) for sort, words, look in HEADS],
        "filter": filter_of(asked, options),
        "page": page,
        "is_asked": is_asked,
        "examples": EXAMPLES,
        "is_top": not any(marks.values()),
        "version": version,
        "can_open": can_open(g.agent),
        "bulk": bulk_bar(
            selection_of(asked.slug, str(asked.query), asked.found.sort),
            shown=len(page.rows),
            matching=count if page.before or page.after else len(page.rows),
            options=options,
            has_lost=any(row.is_undelivered for row in page.rows),
        ),
    }


def _page(asked: Wanted, marks: dict[str, str | None]) -> KeysetPage[Any]:
    rows = rows_of(asked.found.tickets, g.agent).add_columns(is_automatic().label("is_automatic"))
    return keyset_page(rows, asked.found.order, size=PAGE_SIZE, **marks)


def _count(asked: Wanted, page: KeysetPage[Any]) -> int | None:
    """How many tickets the list has; None where nobody counts them. A list narrowed by a query is counted exactly,
    in one statement where one page does not show it whole.
    """
    if not asked.text:
        return count_of(asked.slug)
    if not (page.before or page.after):
        return len(page.rows)
    return db.session.scalar(asked.found.tickets.order_by(None).with_only_columns(func.count(Ticket.id)))


def _head(asked: Wanted, sort: str, words: str, look: str) -> Head:
    """Asking for the sort in force once more turns it round."""
    current = asked.found.sorted_by
    is_current = current.removeprefix("-") == sort
    target = f"-{sort}" if current == sort else sort
    return Head(
        name=words,
        look=look,
        is_bare=sort == "priority",
        url=asked.url(sort=target) if sort in asked.found.sorts else None,
        direction=("descending" if asked.found.order[0].descending else "ascending") if is_current else None,
    )


def _has_no_news() -> bool:
    """Whether the page that asks is as new as what there is. Costs one statement, and only for pages that ask."""
    if not request.headers.get("X-Polling"):
        return False
    row = db.session.execute(select(*freshness_of(g.agent))).one()
    return request.if_none_match.contains(_version(*row))


def _version(*freshness: Any) -> str:
    """Names how new a list is. With the minute, for what the clock alone changes, and for what slipped past."""
    parts = (*freshness, clock.now().replace(second=0, microsecond=0))
    return sha256(repr(parts).encode()).hexdigest()[:16]
