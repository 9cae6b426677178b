"""What is asked of the audit trail: read from the address, made into a query, and back into an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from flask import request
from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString
from sqlalchemy import Select, select

from helpdesk.audit import queries
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.core.lines import one_line
from helpdesk.tickets.models import Ticket
from helpdesk.web.audit_values import FIELDS
from helpdesk.web.moments import viewer_zone

DAYS_SHOWN = 30
LARGEST_ID = 2**63 - 1
E = TypeVar("E", bound=StrEnum)

KINDS: Mapping[str, LazyString] = {
    "tickets": lazy("Ticket"),
    "comments": lazy("Message"),
    "attachments": lazy("Attachment"),
    "ticket_links": lazy("Link between tickets"),
    "tags": lazy("Tag"),
    "users": lazy("Person"),
    "email_addresses": lazy("E-mail address"),
    "organizations": lazy("Organization"),
    "teams": lazy("Team"),
    "roles": lazy("Role"),
    "settings": lazy("Setting"),
    "outbox_recipients": lazy("Mail"),
    "procrastinate_jobs": lazy("Job"),
    "purges": lazy("Removal from the bin"),
}
ACTIONS: Mapping[AuditAction, LazyString] = {
    AuditAction.INSERT: lazy("Created"),
    AuditAction.UPDATE: lazy("Changed"),
    AuditAction.DELETE: lazy("Deleted"),
    AuditAction.PURGE: lazy("Removed for good"),
    AuditAction.READ: lazy("Read"),
}


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Everything an address can ask; a part that makes no sense is as if it were not there."""

    since: date
    until: date
    person: int | None = None
    kind: str = ""
    object: str = ""
    action: AuditAction | None = None
    via: Via | None = None
    words: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the period was chosen."""
        return self != replace(AuditFilter(since=self.since, until=self.until))

    def rows(self) -> Select[AuditLog]:
        """The rows that were asked for."""
        rows = queries.between(_midnight(self.since), _midnight(self.until + timedelta(days=1)))
        if self.person is not None:
            rows = queries.by_person(rows, self.person)
        if self.kind:
            rows = self._about(rows)
        if self.action is not None:
            rows = queries.with_action(rows, self.action)
        if self.via is not None:
            rows = queries.through(rows, self.via)
        if self.words:
            rows = queries.mentioning(rows, self.words, fields=_fields_called(self.words))
        return rows

    def _about(self, rows: Select[AuditLog]) -> Select[AuditLog]:
        if not self.object:
            return queries.of_kind(rows, self.kind)
        if self.kind == "tickets":
            number = self.object.upper()
            numbers = [number, f"HD-{number}"]
            ticket_id = select(Ticket.id).where(Ticket.ticket_number.in_(numbers)).limit(1)
            return queries.of_ticket(rows, ticket_id.scalar_subquery())
        return queries.of_object(rows, self.kind, _number(self.object) or 0)

    def address(self, **changes: Any) -> dict[str, Any]:
        """For url_for: what is set, with some of it changed."""
        changed = replace(self, **changes)
        values: dict[str, Any] = {
            "person": changed.person,
            "kind": changed.kind,
            "object": changed.object,
            "action": changed.action.value if changed.action else "",
            "via": changed.via.value if changed.via else "",
            "q": changed.words,
            "since": changed.since.isoformat(),
            "until": changed.until.isoformat(),
        }
        return {name: value for name, value in values.items() if value}


def asked_filter() -> AuditFilter:
    """The filter of this request's address; without a period, the last DAYS_SHOWN days."""
    asked, today = request.args, clock.now().astimezone(viewer_zone()).date()
    until = _day(asked.get("until")) or today
    since = _day(asked.get("since")) or until - timedelta(days=DAYS_SHOWN - 1)
    kind = asked.get("kind", "")
    return AuditFilter(
        since=min(since, until),
        until=until,
        person=_number(asked.get("person", "")),
        kind=kind if kind in KINDS else "",
        object=one_line(asked.get("object", "")).removeprefix("#"),
        action=_member(AuditAction, asked.get("action", "")),
        via=_member(Via, asked.get("via", "")),
        words=one_line(asked.get("q", "")),
    )


def _fields_called(words: str) -> list[str]:
    """The fields that people call so."""
    return [name for name, label in FIELDS.items() if words.casefold() in str(label).casefold()]


def _midnight(day: date) -> datetime:
    """The moment the day begins for who reads the page."""
    return datetime.combine(day, time(), viewer_zone()).astimezone(UTC)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if date(1970, 1, 2) <= day < date(9999, 12, 30) else None


def _number(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() else None
    return number if number is not None and number <= LARGEST_ID else None


def _member(kind: type[E], text: str) -> E | None:
    return kind(text) if text in [member.value for member in kind] else None
