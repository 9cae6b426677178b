"""A list of tickets as a page: queues and searches alike. Asked again for news it answers 304 while there are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from flask import Response, g, redirect, render_template, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import Select, select

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.counts import capped, told
from helpdesk.core.db import db
from helpdesk.core.pagination import KeysetPage
from helpdesk.queues.catalogue import SEARCH
from helpdesk.queues.choices import choices
from helpdesk.queues.freshness import freshness_of
from helpdesk.queues.policy import can_share
from helpdesk.queues.tagged import Tagged, asked_of, tagged_of
from helpdesk.queues.windows import is_large
from helpdesk.tickets.kept import kept, values_of
from helpdesk.tickets.policy import can_open
from helpdesk.web.agents.bulk_bar import bulk_bar
from helpdesk.web.agents.bulk_selection import selection_of
from helpdesk.web.agents.list_filter import Options, filter_of, offered
from helpdesk.web.agents.list_query import Wanted, tidy_url, wanted
from helpdesk.web.agents.list_rows import page_of
from helpdesk.web.agents.meant import likely_query
from helpdesk.web.agents.navigation import count_of, freshness
from helpdesk.web.agents.origin import Origin
from helpdesk.web.agents.queue_rows import groups_of
from helpdesk.web.agents.row_drawings import row_drawings
from helpdesk.web.agents.sidebar_counts import kept_view_counts, shown
from helpdesk.web.agents.views_form import COLUMN_NAMES
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext

USUAL_COLUMNS = ("priority", "requester", "status", "assignee", "activity", "due")
LOOKS = {"assignee": "assignee-head", "activity": "end", "due": "end"}
"""Where the heads of some columns stand."""

EXAMPLES: Sequence[tuple[str, LazyString]] = (
    ("HD-42", _("the ticket with this number")),
    ("invoice wrong", _("both words, anywhere in a ticket")),
    ('"invoice is wrong"', _("these words in this order")),
    ("refund -spam", _("one word, and not the other")),
    ("refund OR chargeback", _("one of the two")),
    ("in:title (refund OR chargeback) -tag:spam", _("one of the two in the title, not tagged so")),
    ("status:open assignee:me", _("open ones that are yours")),
    ("status:open,in_progress team:mine", _("of your teams, in one of two states")),
    ("tag:vip priority>=high", _("tagged so, and pressing")),
    ("requester:*@customer.example", _("all that people with such an address asked")),
    ('org:"Customer Inc" created<30d', _("of an organization, during the last 30 days")),
    ("created:2026-10-01..2026-10-31 weekday:mon", _("created on a Monday of that month")),
    ("has:attachment due<2d", _("with a file, and due within two days")),
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
    is_misread = asked.error or asked.found.problem
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_misread else HTTPStatus.OK
    return render_template("agents/queues/show.html", **context), status


def _context(asked: Wanted, name: str) -> dict[str, Any]:
    """What the template is given. The version is read before the rows: news in between are told once too often."""
    version = _version(*freshness())
    marks = {mark: request.args.get(mark) for mark in ("after", "before")}
    is_asked = asked.slug != SEARCH or bool(asked.query)
    options, tagged = _known(asked)
    page: KeysetPage[Any] = page_of(asked.found, marks, tagged) if is_asked else KeysetPage((), None, None)
    count = _count(asked, page, tagged) if is_asked and not asked.found.problem else None
    origin = Origin(asked.slug, str(asked.query), asked.found.sort)
    columns = asked.found.view.columns if asked.found.view else ()
    bulk = bulk_bar(
        selection_of(asked.slug, str(asked.query), asked.found.sort),
        shown=len(page.rows),
        matching=count if page.before or page.after else len(page.rows),
        options=options,
        has_lost=any(row.is_undelivered for row in page.rows),
    )
    return {
        "asked": asked,
        "name": name,
        "count": count,
        "groups": groups_of(page, origin, grouped_by=asked.found.grouped_by),
        "heads": _heads(asked),
        "columns": columns,
        "view": asked.found.view,
        "problem": gettext(asked.found.problem) if asked.found.problem else "",
        "filter": filter_of(asked, options),
        "page": page,
        "is_asked": is_asked,
        "meant": likely_query(asked.query)
        if asked.found.best and not (page.rows or any(marks.values()))
        else None,
        "examples": EXAMPLES,
        "is_top": not any(marks.values()),
        "version": version,
        "can_open": can_open(g.agent),
        "can_share": can_share(g.agent),
        "bulk": bulk,
        "drawing": row_drawings(columns, has_box=bulk is not None),
    }


def _known(asked: Wanted) -> tuple[Options, Tagged | None]:
    """What the filter offers, and what there is of the tag that the list is about. Costs one statement."""
    of_tag = asked_of(asked.found, g.agent)
    if of_tag is None:
        return offered(db.session.execute(choices()).one()), None
    row = db.session.execute(choices().add_columns(of_tag.label("of_tag"))).one()
    return offered(row), tagged_of(asked.found, row.of_tag)


def _count(asked: Wanted, page: KeysetPage[Any], tagged: Tagged | None) -> int | None:
    """How many tickets the list has, counted up to a cap; None where nobody counts them. What no queue has counted
    beside the page costs one statement where one page does not show it whole.
    """
    if not asked.text and not asked.found.view:
        return count_of(asked.slug)
    if not (page.before or page.after):
        return len(page.rows)
    if not asked.text:
        return shown(
            kept_view_counts()[0].get(asked.slug)
        )  # as beside the page; a script asks for it where it is old
    if asked.found.best or (asked.found.before_words and is_large()):
        return None  # a common word is found fast, but not counted fast
    if tagged:
        return tagged.count
    return told(db.session.scalar(select(capped(asked.found.tickets))) or 0)


def _heads(asked: Wanted) -> list[Head]:
    """The columns: number and title behind the priority, if the list shows that."""
    columns = list((asked.found.view.columns if asked.found.view else ()) or USUAL_COLUMNS)
    columns.insert(1 if columns[0] == "priority" else 0, "number")
    return [_head(asked, sort, str(COLUMN_NAMES[sort]), LOOKS.get(sort, "")) for sort in columns]


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
        direction=("descending" if asked.found.is_descending else "ascending") if is_current else None,
    )


def _has_no_news() -> bool:
    """Whether the page that asks is as new as what there is. Costs one statement, and only for pages that ask."""
    if not request.headers.get("X-Polling"):
        return False
    row = db.session.execute(_freshness(g.agent), values_of(g.agent)).one()
    return request.if_none_match.contains(_version(*row))


@kept
def _freshness(user: User) -> Select[*tuple[Any, ...]]:
    return select(*freshness_of(user))


def _version(*freshness: Any) -> str:
    """Names how new a list is. With the minute, for what the clock alone changes, and for what slipped past."""
    parts = (*freshness, clock.now().replace(second=0, microsecond=0))
    return sha256(repr(parts).encode()).hexdigest()[:16]
