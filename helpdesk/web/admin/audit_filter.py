"""What is asked of the audit trail: read from the address, made into a query, and back into an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from flask import request
from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Select, func, select

from helpdesk.audit import queries
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.core.lines import one_line
from helpdesk.tickets.models import Ticket
from helpdesk.web.audit_names import NAMING, ids_called
from helpdesk.web.audit_values import FIELDS
from helpdesk.web.moments import viewer_zone

DAYS_SHOWN = 30
LARGEST_ID = 2**63 - 1
_TICKET = re.compile(r"(?P<prefix>HD-?)?(?P<digits>[0-9]{1,18})", re.IGNORECASE)
E = TypeVar("E", bound=StrEnum)

KINDS: Mapping[str, LazyString] = {
    "tickets": lazy("Ticket"),
    "comments": lazy("Message"),
    "attachments": lazy("Attachment"),
    "ticket_links": lazy("Link between tickets"),
    "tags": lazy("Tag"),
    "users": lazy("Person"),
    "email_addresses": lazy("E-mail address"),
    "authenticators": lazy("Authenticator app"),
    "passkeys": lazy("Passkey"),
    "organizations": lazy("Organization"),
    "teams": lazy("Team"),
    "roles": lazy("Role"),
    "settings": lazy("Setting"),
    "outbox_recipients": lazy("Mail"),
    "inbound_messages": lazy("Mail that came in"),
    "mailboxes": lazy("Mailbox"),
    "blocked_senders": lazy("Blocked sender"),
    "mail_templates": lazy("Words of a letter"),
    "procrastinate_jobs": lazy("Job"),
    "saved_views": lazy("View of tickets"),
    "purges": lazy("Removal from the bin"),
    "bulk_edits": lazy("Bulk edit"),
    "audit_logs": lazy("Audit trail"),
    "access_logs": lazy("Records of reading"),
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
    record: int | None = None
    """One object, as links name it: its id is no number for people."""
    action: AuditAction | None = None
    via: Via | None = None
    words: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the period was chosen."""
        return self != replace(AuditFilter(since=self.since, until=self.until))

    def rows(self) -> Select[AuditLog]:
        """The rows that were asked for."""
        rows = self._about(self._period())
        if self.person is not None:
            rows = queries.by_person(rows, self.person)
        if self.action is not None:
            rows = queries.with_action(rows, self.action)
        if self.via is not None:
            rows = queries.through(rows, self.via)
        if number := ticket_number(self.words):
            return queries.of_ticket(rows, self._ticket_id(number))
        if self.words:
            rows = queries.mentioning(rows, self.words, fields=_fields_called(self.words))
        return rows

    def _about(self, rows: Select[AuditLog]) -> Select[AuditLog]:
        """What it was done to: a ticket by its number, whatever else by its name, or one object by a link."""
        if self.record is not None and self.kind:
            return queries.of_object(rows, self.kind, self.record)
        number = ticket_number(self.object, is_ticket=self.kind == "tickets")
        if number:
            rows = queries.of_ticket(rows, self._ticket_id(number))
            return rows if self.kind in ("", "tickets") else queries.of_kind(rows, self.kind)
        if not self.kind:
            return rows
        rows = queries.of_kind(rows, self.kind)
        return self._called(rows) if self.object else rows

    def _called(self, rows: Select[AuditLog]) -> Select[AuditLog]:
        if (number := number_typed(self.object)) is not None:
            return rows.where(AuditLog.record_id == number)
        return queries.called(rows, self.object, ids=ids_called(self.kind, self.object), fields=NAMING)

    def _ticket_id(self, number: str) -> ColumnElement[int]:
        """The ticket of that number; where it was removed for good, its last word still knows which one it was."""
        there = select(Ticket.id).where(Ticket.ticket_number == number).limit(1)
        gone = queries.with_action(queries.of_kind(self._period(), "tickets"), AuditAction.PURGE)
        gone = gone.where(AuditLog.changes["ticket_number"][0].astext == number).limit(1)
        purged = gone.with_only_columns(AuditLog.record_id)
        return func.coalesce(there.scalar_subquery(), purged.scalar_subquery())

    def _period(self) -> Select[AuditLog]:
        return queries.between(midnight(self.since), midnight(self.until + timedelta(days=1)))

    def address(self, **changes: Any) -> dict[str, Any]:
        """For url_for: what is set, with some of it changed."""
        changed = replace(self, **changes)
        values: dict[str, Any] = {
            "person": changed.person,
            "kind": changed.kind,
            "object": changed.object,
            "record": changed.record,
            "action": changed.action.value if changed.action else "",
            "via": changed.via.value if changed.via else "",
            "q": changed.words,
            "since": changed.since.isoformat(),
            "until": changed.until.isoformat(),
        }
        return {name: value for name, value in values.items() if value}


def asked_filter() -> AuditFilter:
    """The filter of this request's address or form; without a period, the last DAYS_SHOWN days."""
    asked, (since, until) = request.values, period_asked()
    kind = asked.get("kind", "")
    return AuditFilter(
        since=since,
        until=until,
        person=number_typed(asked.get("person", "")),
        kind=kind if kind in KINDS else "",
        object=one_line(asked.get("object", "")).removeprefix("#"),
        record=number_typed(asked.get("record", "")),
        action=_member(AuditAction, asked.get("action", "")),
        via=_member(Via, asked.get("via", "")),
        words=one_line(asked.get("q", "")),
    )


def period_asked() -> tuple[date, date]:
    """First and last day, in the order they make sense."""
    until = _day(request.values.get("until")) or clock.now().astimezone(viewer_zone()).date()
    since = _day(request.values.get("since")) or until - timedelta(days=DAYS_SHOWN - 1)
    return min(since, until), until


def ticket_number(text: str, *, is_ticket: bool = False) -> str:
    """The number of a ticket somebody typed: HD-42, hd-42, or 42 where only a ticket can be meant; else nothing."""
    found = _TICKET.fullmatch(text.strip().removeprefix("#"))
    if found is None or not (found["prefix"] or is_ticket):
        return ""
    return f"HD-{int(found['digits'])}"


def _fields_called(words: str) -> list[str]:
    """The fields that people call so."""
    return [name for name, label in FIELDS.items() if words.casefold() in str(label).casefold()]


def midnight(day: date) -> datetime:
    """The moment the day begins for who reads the page."""
    return datetime.combine(day, time(), viewer_zone()).astimezone(UTC)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if date(1970, 1, 2) <= day < date(9999, 12, 30) else None


def number_typed(text: str) -> int | None:
    """The number somebody typed, if the database knows one so large."""
    number = int(text) if text.isascii() and text.isdigit() else None
    return number if number is not None and number <= LARGEST_ID else None


def _member(kind: type[E], text: str) -> E | None:
    return kind(text) if text in [member.value for member in kind] else None
