"""Another try for a failed job."""

from flask import Blueprint

from helpdesk.accounts.permissions import Permission
from helpdesk.background.operations import retry
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.job_deeds import do
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("job_retries", __name__, url_prefix=f"/jobs/<{ROW_ID}:job_id>/retries")
bp.before_request(needs(Permission.MANAGE_DESK))


@bp.post("")
def create(job_id: int) -> Page:
    return do(job_id, retry, becomes="todo", done=_("The job runs again as soon as a worker is free."))
