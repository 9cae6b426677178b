"""The records of reading and signing in that were asked for as a file. Itself recorded."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.exc import OperationalError

from helpdesk.accounts.permissions import Permission
from helpdesk.audit.acts import record
from helpdesk.audit.models import AccessLog, AuditAction
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.pagination import keyset_page
from helpdesk.web.access import count_taking
from helpdesk.web.admin.access_filter import KINDS, NEWEST_FIRST, about, asked_filter
from helpdesk.web.admin.audit_exports import MOST_ROWS, ROWS_AT_ONCE, refusal
from helpdesk.web.admin.audit_patience import ask_for_less_of
from helpdesk.web.admin.doors import needs
from helpdesk.web.answers import Page
from helpdesk.web.csv_files import Cell, csv_answer
from helpdesk.web.filters import label
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("access_exports", __name__, url_prefix="/audit/access/exports")
bp.before_request(needs(Permission.READ_AUDIT))
bp.register_error_handler(OperationalError, ask_for_less_of("admin.access.index", asked_filter))


@bp.post("")
@needs_fresh_proof
def create() -> Page:
    asked, moment = asked_filter(), clock.now()
    rows = asked.rows().where(AccessLog.created_at <= moment)
    limited = rows.with_only_columns(AccessLog.id).limit(MOST_ROWS + 1)
    count = db.session.scalar(select(func.count()).select_from(limited.subquery())) or 0
    if count > MOST_ROWS:
        flash(refusal(), "warning")
        return redirect(url_for("admin.access.index", **asked.address()), code=303)
    count_taking(g.agent)
    conditions = "; ".join(f"{name}={value}" for name, value in asked.address().items())
    record(
        AccessLog.__tablename__,
        0,  # no single row, but all of these
        AuditAction.READ,
        {"conditions": [None, conditions], "row_count": [None, count]},
    )
    return csv_answer(f"access-{asked.since}-{asked.until}.csv", _header(), _lines(rows))


def _header() -> Sequence[str]:
    return (
        *(_("Time (UTC)"), _("Who"), _("Looking through"), _("What was done"), _("About"), _("Ticket")),
        *(_("Through"), _("IP address"), _("Request")),
    )


def _lines(rows: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Cell]]:
    after: str | None = None
    while True:
        page = keyset_page(rows, NEWEST_FIRST, size=ROWS_AT_ONCE, after=after)
        for row in page.rows:
            who = row.impersonator or row.who
            through = row.who if row.impersonator else None
            done, door = str(KINDS[row.kind]), label(row.via)
            yield (
                row.created_at,
                who,
                through,
                done,
                about(row),
                row.ticket_number,
                door,
                row.ip,
                row.request_id,
            )
        after = page.after
        if after is None:
            return
