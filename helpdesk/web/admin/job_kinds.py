"""All failed jobs of one kind, once their reason is mended: how many would run again, then the deed."""

from flask import Blueprint, abort, flash, render_template, request

from helpdesk.accounts.permissions import Permission
from helpdesk.audit.acts import record
from helpdesk.audit.models import AuditAction
from helpdesk.background.operations import foresee_retry_all, retry_all
from helpdesk.background.queries import failed_jobs
from helpdesk.background.tables import queued
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.web.admin.doors import needs
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext

bp = Blueprint("job_kinds", __name__, url_prefix="/jobs/retries")
bp.before_request(needs(Permission.MANAGE_DESK))


@bp.get("/new")
def new() -> Page:
    kind = one_line(request.args.get("kind", ""))
    failed = failed_jobs().where(queued.c.task_name == kind).order_by(queued.c.id.desc())
    latest = db.session.execute(failed.limit(1)).one_or_none()
    if latest is None:
        abort(404)
    return render_template("admin/jobs/retry_kind.html", latest=latest, count=foresee_retry_all(kind))


@bp.post("")
def create() -> Page:
    kind = one_line(request.form.get("kind", ""))
    ids = retry_all(kind)
    for job_id in ids:
        record("procrastinate_jobs", job_id, AuditAction.UPDATE, {"status": ["failed", "todo"]})
    if ids:
        done = ngettext(
            "%(num)d job runs again as soon as a worker is free.",
            "%(num)d jobs run again as soon as a worker is free.",
            len(ids),
        )
        flash(done)
    else:
        flash(_("No job of this kind has failed any more: somebody was faster."), "warning")
    return see_other("admin.jobs.index", kind=kind)
