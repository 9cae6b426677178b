"""The rows of a list as its page shows them; by what is due they stand in groups."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from sqlalchemy import Row

from helpdesk.core import clock
from helpdesk.core.pagination import KeysetPage
from helpdesk.queues.sorting import NEVER_YEAR
from helpdesk.tickets.headlines import BEGIN, END
from helpdesk.tickets.models import TicketPriority, TicketStatus
from helpdesk.tickets.models.status import OPEN_STATUSES
from helpdesk.web.agents.origin import Origin
from helpdesk.web.filters import label, person_tone, status_look
from helpdesk.web.languages import gettext
from helpdesk.web.marked import headline, marked, without_marks
from helpdesk.web.moments import SOON, days_away, due_state, due_words, relative
from helpdesk.web.tag_tones import tone_of

MOST_TAGS = 2
MORE = frozenset({"created_at", "updated_at", "waiting_since", "found_title", "found_in"})
"""Columns of the rows of some lists."""
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TagMark:
    """A tag with the tone it wears."""

    name: str
    tone: str


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket in a list: all that its drawing depends on but the language and the zone of who reads it. What the clock
    alone changes is in words here, for drawings are kept (row_drawings).
    """

    number: str
    url: str
    title: str
    words: str
    requester: str
    organization: str
    status: TicketStatus
    priority: TicketPriority
    assignee: str | None
    assignee_tone: str
    team: str
    tags: tuple[TagMark, ...]
    hidden_tags: tuple[str, ...]
    active_at: datetime
    age: str
    """Since then, in words of this moment."""
    is_recent: bool
    """Whether its age is told by minutes or hours, which count on."""
    act_by: datetime | None
    """None where nobody has to act any more."""
    due_state: str
    due_words: str
    """How near that is now."""
    is_overdue: bool
    is_unread: bool
    has_attachments: bool
    is_undelivered: bool
    """Whether an answer is known not to have arrived."""
    is_automatic: bool
    """Whether a mail opened it that nobody wrote."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    waiting_since: datetime | None = None
    """Of lists that show them; None too where the customer does not wait."""
    created_age: str = ""
    updated_age: str = ""
    waiting_age: str = ""
    found_title: Markup | None = None
    found_words: Markup | None = None
    found_place: str = ""
    """Of what a search found: with its words marked, and what they stand in unless it is a message."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that stand together, such as those due about the same time."""

    name: LazyString | str = ""
    icon: str = ""
    tone: str = ""
    rows: Sequence[TicketRow] = field(default_factory=tuple)
    is_name: bool = False
    """Whether people called it so, in whichever language."""
    count: int | None = None
    """How many there are; None where the page may show only a part of them."""


OVERDUE = Group(_("Overdue"), "alarm", "red")
NEXT = Group(_("Due in the next two hours"), "clock", "amber")
TODAY = Group(_("Later today"), "inbox")
TOMORROW = Group(_("Tomorrow"), "inbox")
LATER = Group(_("Later"), "inbox")


def groups_of(page: KeysetPage[Any], origin: Origin, *, grouped_by: str) -> list[Group]:
    """The page's rows in the order they came in; grouped where the list is, else in one group without a name."""
    now, ticket_url = clock.now(), origin.ticket_urls()
    has_more = bool(page.rows) and not MORE.isdisjoint(page.rows[0]._fields)
    rows = [row_of(found, ticket_url(found.ticket_number), now, has_more) for found in page.rows]
    if not grouped_by:
        return [Group(rows=rows)] if rows else []
    found = [replace(kind, rows=tuple(members)) for kind, members in groupby(rows, key=GROUPINGS[grouped_by])]
    return [
        group if _is_cut(page, place, found) else replace(group, count=len(group.rows))
        for place, group in enumerate(found)
    ]


def _is_cut(page: KeysetPage[Any], place: int, groups: Sequence[Group]) -> bool:
    """Whether more of a group may stand on the page before or after."""
    return (place == 0 and page.before is not None) or (place == len(groups) - 1 and page.after is not None)


def group_of(row: TicketRow) -> Group:
    """Where a ticket stands among what has to be done."""
    if row.is_overdue:
        return OVERDUE
    if row.act_by is None:
        return LATER
    if row.act_by <= clock.now() + SOON:
        return NEXT
    away = days_away(row.act_by)
    return TODAY if away <= 0 else TOMORROW if away == 1 else LATER


def _by_organization(row: TicketRow) -> Group:
    return Group(row.organization or gettext("No organization"), "building", is_name=bool(row.organization))


def _by_team(row: TicketRow) -> Group:
    return Group(row.team or gettext("No team"), "users", is_name=bool(row.team))


def _by_assignee(row: TicketRow) -> Group:
    return Group(row.assignee or gettext("Nobody"), "user", is_name=bool(row.assignee))


GROUPINGS: Mapping[str, Callable[[TicketRow], Group]] = {
    "due": group_of,
    "status": lambda row: Group(label(row.status), f"status-{status_look(row.status)}"),
    "priority": lambda row: Group(label(row.priority), f"priority-{row.priority.value}"),
    "assignee": _by_assignee,
    "team": _by_team,
    "organization": _by_organization,
}
"""Where a row stands, by what its list is grouped by."""


def row_of(found: Row[Any], url: str, now: datetime, has_more: bool) -> TicketRow:
    """A row as its readers need it; its address leads to the ticket as one of the list. Few lists have any of MORE."""
    tags = tuple(TagMark(tag["name"], tone_of(tag["color"])) for tag in found.tags)
    status, active_at = found.status, found.last_activity_at
    act_by = found.act_by if status in OPEN_STATUSES else None
    return TicketRow(
        number=found.ticket_number,
        url=url,
        title=found.title,
        words=" ".join((found.words or "").split()),
        requester=found.requester or gettext("Somebody"),
        organization=found.organization or "",
        status=status,
        priority=found.priority,
        assignee=found.assignee,
        assignee_tone=person_tone(found.assignee_id),
        team=found.team or "",
        tags=tags[:MOST_TAGS],
        hidden_tags=tuple(tag.name for tag in tags[MOST_TAGS:]),
        active_at=active_at,
        age=relative(active_at, True),
        is_recent=now - active_at < timedelta(days=1),
        act_by=act_by,
        due_state="late" if found.is_overdue else due_state(act_by),
        due_words=due_words(act_by) if act_by else "",
        is_overdue=found.is_overdue,
        is_unread=found.is_unread,
        has_attachments=found.has_attachments,
        is_undelivered=found.is_undelivered,
        is_automatic=found.is_automatic,
        **(_more(found) if has_more else NOTHING),
    )


def _more(found: Row[Any]) -> dict[str, Any]:
    """What only some lists show: moments, and where words were found."""
    values = found._mapping
    moments = {
        "created": values.get("created_at"),
        "updated": values.get("updated_at"),
        "waiting": _waits_since(values.get("waiting_since")),
    }
    ages = {f"{name}_age": relative(moment, True) for name, moment in moments.items() if moment}
    return {
        "created_at": moments["created"],
        "updated_at": moments["updated"],
        "waiting_since": moments["waiting"],
        **ages,
        **_places(found),
    }


def _places(found: Row[Any]) -> dict[str, Any]:
    """Where a search found its words; nothing in other lists."""
    title = found._mapping.get("found_title")
    place = found._mapping.get("found_in")
    told: dict[str, Any] = {}
    # PostgreSQL may read a title otherwise than we do: it is marked only where it is still the same
    if title and without_marks(title) == found.title:
        told["found_title"] = marked(title)
    if place and "name" in place:
        text, name = place["words"] or "", without_marks(place["name"])
        words = headline(text) if BEGIN in text else marked(f"{BEGIN}{name}{END}")
        told |= {"found_words": words, "found_place": gettext("File:")}
    elif place:
        told["found_words"] = headline(place["words"])
        told["found_place"] = gettext("Internal note:") if place["is_internal"] else ""
    return told


def _waits_since(moment: datetime | None) -> datetime | None:
    return None if moment is None or moment.year == NEVER_YEAR else moment
