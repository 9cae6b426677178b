"""The rows of a list as its page shows them; by what is due they stand in groups."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import Row

from helpdesk.core import clock
from helpdesk.core.pagination import KeysetPage
from helpdesk.tickets.models import TicketPriority, TicketStatus
from helpdesk.tickets.models.status import OPEN_STATUSES
from helpdesk.web.agents.origin import Origin
from helpdesk.web.filters import person_tone
from helpdesk.web.languages import gettext
from helpdesk.web.moments import SOON, days_away
from helpdesk.web.tag_tones import tone_of

MOST_TAGS = 2


@dataclass(frozen=True, slots=True)
class TagMark:
    """A tag with the tone it wears."""

    name: str
    tone: str


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket in a list."""

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
    tags: Sequence[TagMark]
    hidden_tags: Sequence[str]
    active_at: datetime
    is_recent: bool
    """Whether its age is told by minutes or hours, which count on."""
    act_by: datetime | None
    """None where nobody has to act any more."""
    is_overdue: bool
    is_unread: bool
    has_attachments: bool
    is_undelivered: bool
    """Whether an answer is known not to have arrived."""
    is_automatic: bool
    """Whether a mail opened it that nobody wrote."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are due about the same time."""

    name: LazyString | str = ""
    icon: str = ""
    tone: str = ""
    rows: Sequence[TicketRow] = field(default_factory=tuple)
    count: int | None = None
    """How many there are; None where the page may show only a part of them."""


OVERDUE = Group(_("Overdue"), "alarm", "red")
NEXT = Group(_("Due in the next two hours"), "clock", "amber")
TODAY = Group(_("Later today"), "inbox")
TOMORROW = Group(_("Tomorrow"), "inbox")
LATER = Group(_("Later"), "inbox")


def groups_of(page: KeysetPage[Any], origin: Origin, *, by_due: bool) -> list[Group]:
    """The page's rows in the order they came in; ordered by what is due in groups, else in one without a name."""
    rows = [row_of(found, origin) for found in page.rows]
    if not by_due:
        return [Group(rows=rows)] if rows else []
    found = [replace(kind, rows=tuple(members)) for kind, members in groupby(rows, key=group_of)]
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


def row_of(found: Row[Any], origin: Origin) -> TicketRow:
    """A row as its readers need it; it leads to the ticket as one of the list."""
    tags = [TagMark(tag["name"], tone_of(tag["color"])) for tag in found.tags]
    return TicketRow(
        number=found.ticket_number,
        url=origin.ticket_url(found.ticket_number),
        title=found.title,
        words=" ".join((found.words or "").split()),
        requester=found.requester or gettext("Somebody"),
        organization=found.organization or "",
        status=found.status,
        priority=found.priority,
        assignee=found.assignee,
        assignee_tone=person_tone(found.assignee_id),
        team=found.team or "",
        tags=tags[:MOST_TAGS],
        hidden_tags=[tag.name for tag in tags[MOST_TAGS:]],
        active_at=found.last_activity_at,
        is_recent=clock.now() - found.last_activity_at < timedelta(days=1),
        act_by=found.act_by if found.status in OPEN_STATUSES else None,
        is_overdue=found.is_overdue,
        is_unread=found.is_unread,
        has_attachments=found.has_attachments,
        is_undelivered=found.is_undelivered,
        is_automatic=found.is_automatic,
    )
