"""The list of mails that came in: what is chosen of it by the address, its rows, its counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import abort, request, url_for
from sqlalchemy import ColumnElement, and_, exists, func, select

from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import KeysetPage, keyset_page
from helpdesk.mail.models import InboundMessage, Mailbox, Verdict
from helpdesk.mail.queries.inbound import INBOUND_ORDERS, inbound_mentioning, inbound_rows, one_inbound
from helpdesk.mail.reasons import VERDICTS
from helpdesk.tickets.models import HeldComment, HeldFor
from helpdesk.web.admin.list_order import Head, ListOrder, asked_order
from helpdesk.web.languages import gettext as _
from helpdesk.web.moments import viewer_zone

PAGE_SIZE = 50
LARGEST_ID = 2**63 - 1
HELD = (Verdict.QUARANTINED, Verdict.FAILED)
"""Somebody has to look."""
STRANGERS = "strangers"
"""Messages held at tickets: their writers take no part in them."""
SHOWN: Mapping[str, tuple[Verdict, ...]] = {
    "held": HELD,
    "suspended": (Verdict.SUSPENDED,),
    "waiting": (Verdict.WAITING,),
    **{each.value: (each,) for each in Verdict},
}
"""What the address may ask for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address chooses; a part that makes no sense is as if it were not there."""

    show: str
    words: str
    mailbox: int | None
    since: date | None
    until: date | None
    order: ListOrder

    @property
    def state(self) -> dict[str, Any]:
        """For links and forms beside the list."""
        days = {
            name: day.isoformat() if day else None
            for name, day in (("since", self.since), ("until", self.until))
        }
        chosen = {
            "verdict": self.show,
            "q": self.words,
            "mailbox": self.mailbox,
            "sort": self.order.sort,
            **days,
        }
        return {name: value for name, value in chosen.items() if value}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.mailbox or self.since or self.until)


@dataclass(frozen=True, slots=True)
class InboundList:
    """One page of mails, and how many somebody has to look at."""

    asked: Asked
    page: KeysetPage[Any]
    counts: Mapping[str, int]
    mailboxes: list[tuple[str, str]]

    @property
    def heads(self) -> dict[str, Head]:
        return self.asked.order.heads(lambda sort: self.beside(sort=sort))

    @property
    def segments(self) -> list[dict[str, Any]]:
        """By what became of them; what rests is not counted."""
        names = {
            "": _("All"),
            "held": _("Held"),
            "suspended": _("Suspended"),
            "waiting": _("Waiting"),
            STRANGERS: _("From strangers"),
            "new_ticket": _("New tickets"),
            "reply": _("Replies"),
            "ignored": _("Ignored"),
        }
        return [
            {
                "label": name,
                "url": self.beside(verdict=show),
                "is_current": show == self.asked.show,
                "count": self.counts.get(show),
            }
            for show, name in names.items()
        ]

    def beside(self, **changes: str | None) -> str:
        """The address of a list next to this one."""
        kept: dict[str, Any] = {**self.asked.state, **changes}
        return url_for("admin.inbound.index", **{name: value for name, value in kept.items() if value})


def inbound_list() -> InboundList:
    """What the address asks for. Costs three statements."""
    asked = _asked()
    rows = inbound_rows()
    if asked.show == STRANGERS:
        rows = rows.where(exists().where(_is_held(InboundMessage.comment_id)))
    elif asked.show:
        rows = rows.where(InboundMessage.verdict.in_(SHOWN[asked.show]))
    if asked.mailbox:
        rows = rows.where(InboundMessage.mailbox_id == asked.mailbox)
    if asked.since:
        rows = rows.where(InboundMessage.created_at >= _start_of(asked.since))
    if asked.until:
        rows = rows.where(InboundMessage.created_at < _start_of(asked.until + timedelta(days=1)))
    if asked.words:
        rows = inbound_mentioning(rows, asked.words)
    marks = {name: request.args.get(name) for name in ("after", "before")}
    page = keyset_page(rows, asked.order.keys, size=PAGE_SIZE, **marks)
    return InboundList(asked, page, _counts(), _mailboxes())


def state_of_list() -> dict[str, Any]:
    """What the address chooses of the list, page included, for who comes back to it."""
    marks = {name: one_line(request.args[name]) for name in ("after", "before") if request.args.get(name)}
    return _asked().state | marks


def inbound_or_404(inbound_id: int) -> InboundMessage:
    """One mail, with all its page shows."""
    found = db.session.scalars(one_inbound(inbound_id)).one_or_none()
    if found is None:
        abort(404)
    return found


def verdict_words() -> dict[str, str]:
    """What each verdict is called."""
    return {verdict.value: _(words) for verdict, words in VERDICTS.items()}


def _is_held(comment_id: Any) -> ColumnElement[bool]:
    return and_(HeldComment.comment_id == comment_id, HeldComment.reason == HeldFor.STRANGER)


def _asked() -> Asked:
    show, typed = request.args.get("verdict", ""), request.args.get("mailbox", "")
    number = int(typed) if typed.isdecimal() and typed.isascii() and int(typed) <= LARGEST_ID else None
    return Asked(
        show=show if show in (*SHOWN, STRANGERS) else "",
        words=one_line(request.args.get("q", "")),
        mailbox=number or None,
        since=_day("since"),
        until=_day("until"),
        order=asked_order(INBOUND_ORDERS),
    )


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 1970 <= found.year <= 9000 else None


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), viewer_zone()).astimezone(UTC)


def _counts() -> dict[str, int]:
    """How many wait for somebody, by verdict: few by nature, and counted by an index."""
    verdicts = (*HELD, Verdict.SUSPENDED, Verdict.WAITING)
    rows = select(InboundMessage.verdict, func.count()).where(InboundMessage.verdict.in_(verdicts))
    found = {row[0]: row[1] for row in db.session.execute(rows.group_by(InboundMessage.verdict))}
    held = sum(found.get(each, 0) for each in HELD)
    return {
        "held": held,
        "suspended": found.get(Verdict.SUSPENDED, 0),
        "waiting": found.get(Verdict.WAITING, 0),
    }


def _mailboxes() -> list[tuple[str, str]]:
    rows = db.session.execute(select(Mailbox.id, Mailbox.name).order_by(func.lower(Mailbox.name), Mailbox.id))
    return [("", _("Any mailbox")), *((str(each.id), each.name) for each in rows)]
