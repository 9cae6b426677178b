"""Everything one request, job or command did, in the order it was written down: one deed seen whole."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AuditLog
from helpdesk.audit.queries import REQUEST_ID, of_request
from helpdesk.core.pagination import Key, keyset_page
from helpdesk.web.admin.audit_filter import asked_filter
from helpdesk.web.admin.audit_rows import days_of
from helpdesk.web.admin.doors import needs
from helpdesk.web.answers import Page

bp = Blueprint("audit_requests", __name__, url_prefix="/audit/requests")
bp.before_request(needs(Permission.READ_AUDIT))

PAGE_SIZE = 50
OLDEST_FIRST = (Key(AuditLog.created_at), Key(AuditLog.id))


@bp.get("/<request_id>")
def show(request_id: str) -> Page:
    if not REQUEST_ID.fullmatch(request_id):
        abort(404)
    marks = {name: request.args.get(name) for name in ("after", "before")}
    page = keyset_page(of_request(request_id), OLDEST_FIRST, size=PAGE_SIZE, **marks)
    rows = [row[0] for row in page.rows]
    if not rows:
        abort(404)

    def beside(**mark: Any) -> str:
        return url_for("admin.audit_requests.show", request_id=request_id, **mark)

    return render_template(
        "admin/audit_requests/show.html",
        request_id=request_id,
        first=rows[0],
        days=days_of(rows, asked_filter()),
        previous_url=beside(before=page.before) if page.before else None,
        next_url=beside(after=page.after) if page.after else None,
    )
