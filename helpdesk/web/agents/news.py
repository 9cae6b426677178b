"""What happened to a ticket since its page was shown: asked for again and again while the page is open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any

from babel.lists import format_list
from flask import Blueprint, Response, abort, g, jsonify, request
from sqlalchemy import Row

from helpdesk.audit.models import AuditLog
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import numbered, tickets_for
from helpdesk.tickets.timeline import changes_of, events_among, message_count, messages_of
from helpdesk.web.agents.lookup import number_in
from helpdesk.web.answers import Page
from helpdesk.web.audit_sentences import Told, tell
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext
from helpdesk.web.moments import viewer_locale

bp = Blueprint("news", __name__, url_prefix="/tickets/<number>/news")

DEEDS_TOLD = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(r"(\d{1,18})-(\d{1,18})-(\d{1,18})-(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Seen:
    """How a ticket was when its page was made, as addresses carry it: version-moment-messages-trail."""

    version: int
    moment: int
    """When the ticket's row last changed, in microseconds."""
    messages: int
    """How many there were; the last one's position."""
    trail: int
    """The newest line of the trail that was told."""

    def __str__(self) -> str:
        return "-".join(map(str, astuple(self)))

    @classmethod
    def read(cls, text: str) -> Seen | None:
        """None for what no page of ours says."""
        found = _TOKEN.fullmatch(text)
        return cls(*map(int, found.groups())) if found else None

    def is_same(self, other: Seen) -> bool:
        """Whether nothing changed between the two; the trail follows from the rest."""
        return astuple(self)[:3] == astuple(other)[:3]


def seen_of(ticket: Ticket, *, messages: int, changes: Sequence[AuditLog]) -> Seen:
    """What the page that shows so many messages and these changes (newest first) says it has shown."""
    moment = (ticket.updated_at - _EPOCH) // (_EPOCH.resolution)
    return Seen(ticket.version, moment, messages, changes[0].id if changes else 0)


@bp.get("")
def show(number: str) -> Page:
    """304 while nothing changed. Else what the page says about it; looking here does not count as reading."""
    before = Seen.read(request.args.get("seen", ""))
    if before is None:
        abort(400)
    found = db.session.execute(
        numbered(tickets_for(g.agent), number_in(number) or "").add_columns(message_count())
    ).one_or_none()
    if found is None:
        abort(404)
    ticket, messages = found
    if before.is_same(seen_of(ticket, messages=messages, changes=())):
        return Response(status=304)
    return jsonify(_news(ticket, messages, before))


def _news(ticket: Ticket, messages: int, before: Seen) -> dict[str, Any]:
    changes = db.session.scalars(changes_of(ticket)).all()
    new = db.session.execute(messages_of(ticket).offset(before.messages)).all()
    by_others = [row for row in changes if row.id > before.trail and row.user_id != g.agent.id]
    events = events_among(by_others)
    words = [_told_messages(new)] if new else []
    if events and not new:
        words.append(_told_events(tell(events)))
    return {
        "seen": str(seen_of(ticket, messages=messages, changes=changes)),
        "messages": len(new),
        "has_changed": bool(by_others),
        "words": " ".join(words),
    }


def _told_messages(new: Sequence[Row[Any]]) -> str:
    names = _listed([each.author or _("Somebody") for each in new])
    if all(each.is_internal for each in new):
        return ngettext(
            "New internal note from %(names)s",
            "%(num)s new internal notes from %(names)s",
            len(new),
            names=names,
        )
    return ngettext(
        "New message from %(names)s", "%(num)s new messages from %(names)s", len(new), names=names
    )


def _told_events(told: Sequence[Told]) -> str:
    deeds = [deed for each in told for deed in each.deeds]
    who = _listed([each.who for each in told])
    if len(deeds) <= DEEDS_TOLD and len({each.who for each in told}) == 1:
        return _("%(who)s %(did)s", who=who, did="; ".join(deeds))
    return _("%(who)s changed this ticket", who=who)


def _listed(names: Sequence[str]) -> str:
    return str(format_list(list(dict.fromkeys(names)), locale=viewer_locale()))
