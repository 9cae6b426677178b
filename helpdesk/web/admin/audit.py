"""The audit trail: who did what, when and through which door, newest first."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import Row
from sqlalchemy.exc import OperationalError

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AuditAction
from helpdesk.audit.queries import NEWEST_FIRST
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.pagination import keyset_page
from helpdesk.web.admin.audit_filter import ACTIONS, KINDS, AuditFilter, asked_filter
from helpdesk.web.admin.audit_patience import ask_for_less_of
from helpdesk.web.admin.audit_rows import days_of
from helpdesk.web.admin.doors import needs
from helpdesk.web.answers import Page
from helpdesk.web.filters import label
from helpdesk.web.languages import gettext as _

bp = Blueprint("audit", __name__, url_prefix="/audit")
bp.before_request(needs(Permission.READ_AUDIT))
bp.register_error_handler(OperationalError, ask_for_less_of("admin.audit.index", asked_filter))

PAGE_SIZE = 50


@bp.get("")
def index() -> Page:
    asked = asked_filter()
    marks = {name: request.args.get(name) for name in ("after", "before")}
    page = keyset_page(asked.rows(), NEWEST_FIRST, size=PAGE_SIZE, **marks)
    days = days_of([row[0] for row in page.rows], asked)
    return render_template(
        "admin/audit/index.html",
        asked=asked,
        days=days,
        only=days[0].rows[0].told.about if days else "",
        options=_options(asked),
        newer_url=_beside(asked, before=page.before) if page.before else None,
        older_url=_beside(asked, after=page.after) if page.after else None,
        is_top=not any(marks.values()),
    )


def _beside(asked: AuditFilter, **mark: Any) -> str:
    return url_for("admin.audit.index", **asked.address(), **mark)


def _options(asked: AuditFilter) -> dict[str, list[tuple[str, str]]]:
    """What the selects offer. Costs one statement."""
    people = db.session.execute(accounts.staff_and(asked.person)).all()
    return {
        "person": [("", _("Anybody")), *map(_person, people)],
        "kind": [("", _("Anything")), *((name, str(words)) for name, words in KINDS.items())],
        "action": [("", _("Any change")), *((each.value, str(ACTIONS[each])) for each in AuditAction)],
        "via": [("", _("Any door")), *((each.value, label(each)) for each in Via)],
    }


def _person(row: Row[int, str]) -> tuple[str, str]:
    return str(row.id), row.name or _("Somebody")
