"""Jobs: what waits and runs, who works on it, and those that failed."""

from collections.abc import Mapping
from typing import Any, cast

from flask import Blueprint, abort, render_template, request
from sqlalchemy import Row, Select

from helpdesk.accounts.permissions import Permission
from helpdesk.background import queries
from helpdesk.background.tables import queued
from helpdesk.core.db import db
from helpdesk.core.pagination import Key, keyset_page
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.answers import Page

bp = Blueprint("jobs", __name__, url_prefix="/jobs")
bp.before_request(needs(Permission.MANAGE_DESK))

PAGE_SIZE = 50
LATEST_FIRST = (Key(queued.c.id, descending=True),)
HIDDEN = "…"


@bp.get("")
def index() -> Page:
    return render_template("admin/jobs/index.html", **_list())


@bp.get(f"/<{ROW_ID}:job_id>")
def show(job_id: int) -> Page:
    job = failed_or_404(job_id)
    return render_template(
        "admin/jobs/show.html",
        job=job,
        arguments=_shown(job.arguments),
        errors=db.session.scalars(queries.errors_of(job_id)).all(),
        **_list(),
    )


def failed_or_404(job_id: int) -> Row[Any]:
    """A job that gave up."""
    found = db.session.execute(queries.failed_jobs().where(queued.c.id == job_id)).one_or_none()
    if found is None:
        abort(404)
    return found


def _list() -> dict[str, Any]:
    marks = {name: request.args.get(name) for name in ("after", "before")}
    failed: Select[Any] = cast(Any, queries.failed_jobs())
    return {
        "queue": db.session.execute(queries.queue_state()).one(),
        "page": keyset_page(failed, LATEST_FIRST, size=PAGE_SIZE, **marks),
        "state": {name: mark for name, mark in marks.items() if mark},
    }


def _shown(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Ids lead to what the job is about; texts may be somebody's, so only their names are shown."""
    return {name: str(value) if isinstance(value, int) else HIDDEN for name, value in arguments.items()}
