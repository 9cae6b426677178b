"""How a button beside a failed job does its work."""

from collections.abc import Callable

from flask import flash

from helpdesk.audit.acts import record
from helpdesk.audit.models import AuditAction
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _


def do(job_id: int, deed: Callable[[int], None], *, becomes: str, done: str) -> Page:
    """Do it and tell the audit trail; where somebody was faster, the page says so."""
    try:
        with db.session.begin_nested():
            deed(job_id)
    except Conflict as refusal:
        flash(_(refusal.sentence), "warning")
        return see_other("admin.jobs.index")
    record("procrastinate_jobs", job_id, AuditAction.UPDATE, {"status": ["failed", becomes]})
    flash(done)
    return see_other("admin.jobs.index")
