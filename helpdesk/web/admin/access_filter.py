"""What is asked of the records of reading and signing in: read from the address, made into a query, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import request
from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString
from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import aliased

from helpdesk.audit.models import AccessKind, AccessLog
from helpdesk.audit.queries import REQUEST_ID
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import Key
from helpdesk.tickets.models import Attachment, Ticket
from helpdesk.tickets.queries import name_of
from helpdesk.web.admin.audit_filter import midnight, number_typed, period_asked, ticket_number

NEWEST_FIRST = (Key(AccessLog.created_at, descending=True), Key(AccessLog.id, descending=True))

KINDS: Mapping[AccessKind, LazyString] = {
    AccessKind.TICKET: lazy("Opened a ticket"),
    AccessKind.ATTACHMENT: lazy("Fetched a file"),
    AccessKind.EXPORT: lazy("Took a list along"),
    AccessKind.SIGNED_IN: lazy("Signed in"),
    AccessKind.SIGN_IN_FAILED: lazy("Failed to sign in"),
    AccessKind.SECOND_FACTOR_FAILED: lazy("Failed at the second factor"),
    AccessKind.PROVEN: lazy("Proved once more who they are"),
    AccessKind.PROOF_FAILED: lazy("Failed to prove once more who they are"),
    AccessKind.SIGNED_OUT: lazy("Signed out"),
    AccessKind.LINK_OPENED: lazy("Opened a ticket by a mailed link"),
    AccessKind.IMPERSONATION_STARTED: lazy("Began to look at the desk as somebody else"),
    AccessKind.IMPERSONATION_ENDED: lazy("Stopped looking at the desk as somebody else"),
    AccessKind.LIMIT_REACHED: lazy("Was stopped: read very much within an hour"),
}
METHODS: Mapping[str, LazyString] = {
    "password": lazy("by password"),
    "link": lazy("by a mailed link"),
    "provider": lazy("through a sign-in provider"),
    "passkey": lazy("by passkey"),
    "impersonation": lazy("as an administrator"),
}
READ: Mapping[str, LazyString] = {
    AccessKind.TICKET.value: lazy("Tickets"),
    AccessKind.ATTACHMENT.value: lazy("Files"),
    AccessKind.EXPORT.value: lazy("Lists"),
}


@dataclass(frozen=True, slots=True)
class AccessFilter:
    """Everything an address can ask; a part that makes no sense is as if it were not there."""

    since: date
    until: date
    person: int | None = None
    kind: AccessKind | None = None
    words: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the period was chosen."""
        return self != AccessFilter(since=self.since, until=self.until)

    def rows(self) -> Select[*tuple[Any, ...]]:
        """The rows that were asked for, with the names of who and what they are about. One statement."""
        file = select(Attachment.filename).where(Attachment.id == AccessLog.record_id).scalar_subquery()
        is_about_somebody = AccessLog.kind.in_(
            (AccessKind.IMPERSONATION_STARTED, AccessKind.IMPERSONATION_ENDED)
        )
        ticket = aliased(Ticket)
        number = select(ticket.ticket_number).where(ticket.id == AccessLog.ticket_id).scalar_subquery()
        rows = select(
            *(AccessLog.id, AccessLog.created_at, AccessLog.kind, AccessLog.user_id, AccessLog.detail),
            *(AccessLog.via, AccessLog.ip, AccessLog.request_id),
            name_of(AccessLog.user_id).label("who"),
            name_of(AccessLog.impersonator_id).label("impersonator"),
            number.label("ticket_number"),
            case((AccessLog.kind == AccessKind.ATTACHMENT, file)).label("filename"),
            case((is_about_somebody, name_of(AccessLog.record_id))).label("whom"),
        ).where(
            AccessLog.created_at >= midnight(self.since),
            AccessLog.created_at < midnight(self.until + timedelta(days=1)),
        )
        if self.person is not None:
            rows = rows.where(or_(AccessLog.user_id == self.person, AccessLog.impersonator_id == self.person))
        if self.kind is not None:
            rows = rows.where(AccessLog.kind == self.kind)
        return self._mentioning(rows)

    def _mentioning(self, rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """A ticket by its number, a request by its id; else an address of a machine, or words."""
        if wanted := ticket_number(self.words):
            there = select(Ticket.id).where(Ticket.ticket_number == wanted).scalar_subquery()
            return rows.where(AccessLog.ticket_id == there)
        if REQUEST_ID.fullmatch(self.words):
            return rows.where(AccessLog.request_id == self.words)
        if self.words:
            said = (AccessLog.ip, AccessLog.detail)
            return rows.where(or_(*(each.icontains(self.words, autoescape=True) for each in said)))
        return rows

    def address(self, **changes: Any) -> dict[str, Any]:
        """For url_for: what is set, with some of it changed."""
        changed = replace(self, **changes)
        values: dict[str, Any] = {
            "person": changed.person,
            "kind": changed.kind.value if changed.kind else "",
            "q": changed.words,
            "since": changed.since.isoformat(),
            "until": changed.until.isoformat(),
        }
        return {name: value for name, value in values.items() if value}


def asked_filter() -> AccessFilter:
    """The filter of this request's address or form; without a period, the last thirty days."""
    asked, (since, until) = request.values, period_asked()
    kind = asked.get("kind", "")
    return AccessFilter(
        since=since,
        until=until,
        person=number_typed(asked.get("person", "")),
        kind=AccessKind(kind) if kind in list(AccessKind) else None,
        words=one_line(asked.get("q", "")),
    )


def about(row: Any) -> str:
    """What was read, or how somebody came in, in words; what strangers typed stays what they typed."""
    if row.kind == AccessKind.SIGNED_IN:
        return str(METHODS.get(row.detail, row.detail))
    if row.kind == AccessKind.LIMIT_REACHED:
        return str(READ.get(row.detail, row.detail))
    return row.filename or row.whom or row.detail or ""
