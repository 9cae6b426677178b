"""The end of a failed job: first what that means, then the deed."""

from flask import Blueprint, render_template

from helpdesk.accounts.permissions import Permission
from helpdesk.background.operations import discard
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.job_deeds import do
from helpdesk.web.admin.jobs import failed_or_404
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("job_discards", __name__, url_prefix=f"/jobs/<{ROW_ID}:job_id>/discard")
bp.before_request(needs(Permission.MANAGE_DESK))


@bp.get("/new")
def new(job_id: int) -> Page:
    return render_template("admin/jobs/discard.html", job=failed_or_404(job_id))


@bp.post("")
def create(job_id: int) -> Page:
    return do(job_id, discard, becomes="cancelled", done=_("Discarded: the job will not run again."))
