"""Jobs: what waits and runs, who works on it, and those that failed."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, render_template
from sqlalchemy import Row

from helpdesk.accounts.permissions import Permission
from helpdesk.background import queries
from helpdesk.background.tables import queued
from helpdesk.core.db import db
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.jobs_list import WORDS, jobs_list
from helpdesk.web.admin.jobs_recurring import recurring_jobs
from helpdesk.web.answers import Page

bp = Blueprint("jobs", __name__, url_prefix="/jobs")
bp.before_request(needs(Permission.MANAGE_DESK))

HIDDEN = "…"


@bp.get("")
def index() -> Page:
    return render_template("admin/jobs/index.html", jobs=jobs_list(), recurring=recurring_jobs())


@bp.get(f"/<{ROW_ID}:job_id>")
def show(job_id: int) -> Page:
    job = job_or_404(job_id)
    return render_template(
        "admin/jobs/show.html",
        job=job,
        arguments=_shown(job.arguments),
        errors=db.session.scalars(queries.errors_of(job_id)).all(),
        jobs=jobs_list(),
        recurring=[],
        job_words=WORDS,
    )


def job_or_404(job_id: int) -> Row[Any]:
    """A job of which the queue still knows."""
    found = db.session.execute(queries.jobs().where(queued.c.id == job_id)).one_or_none()
    if found is None:
        abort(404)
    return found


def failed_or_404(job_id: int) -> Row[Any]:
    """A job that gave up."""
    found = job_or_404(job_id)
    if found.status != "failed":
        abort(404)
    return found


def _shown(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Ids lead to what the job is about; texts may be somebody's, so only their names are shown."""
    return {name: str(value) if isinstance(value, int) else HIDDEN for name, value in arguments.items()}
