"""Who read what and who signed in, newest first."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.exc import OperationalError

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AccessKind
from helpdesk.core.db import db
from helpdesk.core.pagination import keyset_page
from helpdesk.web.admin.access_filter import KINDS, NEWEST_FIRST, AccessFilter, about, asked_filter
from helpdesk.web.admin.audit_patience import ask_for_less_of
from helpdesk.web.admin.doors import needs
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("access", __name__, url_prefix="/audit/access")
bp.before_request(needs(Permission.READ_AUDIT))
bp.register_error_handler(OperationalError, ask_for_less_of("admin.access.index", asked_filter))

PAGE_SIZE = 50


@bp.get("")
def index() -> Page:
    asked = asked_filter()
    marks = {name: request.args.get(name) for name in ("after", "before")}
    page = keyset_page(asked.rows(), NEWEST_FIRST, size=PAGE_SIZE, **marks)
    return render_template(
        "admin/access/index.html",
        asked=asked,
        rows=page.rows,
        kinds=KINDS,
        about=about,
        options=_options(asked),
        newer_url=_beside(asked, before=page.before) if page.before else None,
        older_url=_beside(asked, after=page.after) if page.after else None,
        is_top=not any(marks.values()),
    )


def _beside(asked: AccessFilter, **mark: Any) -> str:
    return url_for("admin.access.index", **asked.address(), **mark)


def _options(asked: AccessFilter) -> dict[str, list[tuple[str, str]]]:
    """What the selects offer. Costs one statement."""
    people = db.session.execute(accounts.staff_and(asked.person)).all()
    return {
        "person": [("", _("Anybody")), *((str(row.id), row.name or _("Somebody")) for row in people)],
        "kind": [("", _("Anything")), *((each.value, str(KINDS[each])) for each in AccessKind)],
    }
