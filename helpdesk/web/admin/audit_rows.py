"""Rows of the audit trail as its page shows them: day by day, a sentence each, with what changed below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import g, url_for

from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AuditLog
from helpdesk.web.admin.audit_filter import KINDS, AuditFilter
from helpdesk.web.audit_diff import Difference, difference
from helpdesk.web.audit_sentences import Told, tell
from helpdesk.web.audit_values import place
from helpdesk.web.filters import person_tone
from helpdesk.web.languages import gettext as _
from helpdesk.web.moments import days_away, here, written


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change, told and taken apart."""

    told: Told
    tone: str
    kind: str
    about_url: str
    actor_url: str
    object_url: str
    request_url: str
    differences: Sequence[Difference]

    @property
    def has_digests(self) -> bool:
        """Whether there is a text among them that is not kept."""
        return any(each.is_digest for each in self.differences)


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day."""

    name: str
    rows: Sequence[AuditRow]


def days_of(rows: Sequence[AuditLog], asked: AuditFilter) -> list[Day]:
    """The rows by day, in the order they came in. Costs one statement."""
    told = [_row(each, asked) for each in tell(rows)]
    days = [tuple(each) for _day, each in groupby(told, key=lambda row: here(row.told.moment).date())]
    return [Day(_name(each[0].told.moment), each) for each in days]


def _row(told: Told, asked: AuditFilter) -> AuditRow:
    row = told.row
    return AuditRow(
        told=told,
        tone=person_tone(row.user_id),
        kind=str(KINDS.get(row.table_name, row.table_name.replace("_", " "))),
        about_url=_about_url(told),
        actor_url=url_for("admin.audit.index", **asked.address(person=row.user_id)) if row.user_id else "",
        object_url=_object_url(told, asked),
        request_url=url_for("admin.audit_requests.show", request_id=row.request_id),
        differences=[
            difference(field, old, new, told.names)
            for field, (old, new) in sorted(row.changes.items(), key=lambda change: place(change[0]))
        ],
    )


def _about_url(told: Told) -> str:
    """Where the object itself is to be seen."""
    row = told.row
    if told.names.knows("tickets", row.ticket_id):
        return url_for("agents.tickets.show", number=told.about)
    if row.table_name == "users" and g.agent.may(Permission.MANAGE_PEOPLE):
        return url_for("admin.people.show", person_id=row.record_id)
    return ""


def _object_url(told: Told, asked: AuditFilter) -> str:
    """Everything that was done to the same object."""
    row = told.row
    if row.ticket_id is not None and told.about:
        return url_for("admin.audit.index", **asked.address(kind="tickets", object=told.about, record=None))
    if row.table_name not in KINDS:
        return ""
    return url_for("admin.audit.index", **asked.address(kind=row.table_name, object="", record=row.record_id))


def _name(moment: datetime) -> str:
    day = written(moment, "yMMMEd")
    if days_away(moment) == 0:
        return _("Today, %(day)s", day=day)
    return _("Yesterday, %(day)s", day=day) if days_away(moment) == -1 else day
