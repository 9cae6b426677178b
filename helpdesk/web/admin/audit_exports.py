"""The rows of the audit trail that were asked for as a file: a line for each field that changed. Itself audited."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, flash, g, redirect, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.exc import OperationalError

from helpdesk.accounts.permissions import Permission
from helpdesk.audit.acts import record
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.audit.queries import NEWEST_FIRST
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.pagination import keyset_page
from helpdesk.web.access import count_taking
from helpdesk.web.admin.audit_filter import ACTIONS, KINDS, asked_filter
from helpdesk.web.admin.audit_patience import ask_for_less_of
from helpdesk.web.admin.doors import needs
from helpdesk.web.answers import Page
from helpdesk.web.audit_diff import Part, difference
from helpdesk.web.audit_sentences import Told, tell
from helpdesk.web.audit_values import place
from helpdesk.web.csv_files import Cell, csv_answer
from helpdesk.web.filters import label
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext

bp = Blueprint("audit_exports", __name__, url_prefix="/audit/exports")
bp.before_request(needs(Permission.READ_AUDIT))
bp.register_error_handler(OperationalError, ask_for_less_of("admin.audit.index", asked_filter))

MOST_ROWS = 100_000
ROWS_AT_ONCE = 500


@bp.post("")
@needs_fresh_proof
def create() -> Page:
    asked, moment = asked_filter(), clock.now()  # its own row is not part of it
    rows = asked.rows().where(AuditLog.created_at <= moment)
    limited = rows.with_only_columns(AuditLog.id).limit(MOST_ROWS + 1)
    count = db.session.scalar(select(func.count()).select_from(limited.subquery())) or 0
    if count > MOST_ROWS:
        flash(refusal(), "warning")
        return redirect(url_for("admin.audit.index", **asked.address()), code=303)
    count_taking(g.agent)
    conditions = "; ".join(f"{name}={value}" for name, value in asked.address().items())
    record(
        AuditLog.__tablename__,
        0,  # no single row, but all of these
        AuditAction.READ,
        {"conditions": [None, conditions], "row_count": [None, count]},
    )
    return csv_answer(f"audit-{asked.since}-{asked.until}.csv", _header(), _lines(rows))


def refusal() -> str:
    """What is said where the file would be too long."""
    return ngettext(
        "More than %(num)d change matches: too many for one file. Choose a shorter time or more conditions.",
        "More than %(num)d changes match: too many for one file. Choose a shorter time or more conditions.",
        MOST_ROWS,
    )


def _header() -> Sequence[str]:
    moment, who, through, address = _("Time (UTC)"), _("Who"), _("Through"), _("IP address")
    done, kind, about, words = _("What was done"), _("Kind"), _("Object"), _("In words")
    change = _("Field"), _("Before"), _("After")
    return (moment, who, through, address, done, kind, about, words, *change, _("Request"))


def _lines(rows: Select[AuditLog]) -> Iterator[Sequence[Cell]]:
    after: str | None = None
    while True:
        page = keyset_page(rows, NEWEST_FIRST, size=ROWS_AT_ONCE, after=after)
        for told in tell([row[0] for row in page.rows]):
            yield from _lines_of(told)
            db.session.expunge(told.row)
        after = page.after
        if after is None:
            return


def _lines_of(told: Told) -> Iterator[Sequence[Cell]]:
    row = told.row
    done, kind = str(ACTIONS[row.action]), str(KINDS.get(row.table_name, row.table_name))
    start = (row.created_at, told.who, label(row.via), row.ip, done, kind, told.about, told.did)
    for field, (old, new) in sorted(row.changes.items(), key=lambda change: place(change[0])):
        each = difference(field, old, new, told.names)
        yield (*start, each.field, _whole(each.old), _whole(each.new), row.request_id)
    if not row.changes:
        yield (*start, None, None, None, row.request_id)


def _whole(parts: Sequence[Part]) -> str:
    return "".join(part.text for part in parts)
