"""/healthz: the process is alive. /readyz: everything it needs is there, and if not, what is missing."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.background.queries import worker_seen_at
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.database.migrations import is_at_head

bp = Blueprint("health", __name__)

WORKER_SEEN_WITHIN = timedelta(seconds=60)


@bp.get("/healthz")
def alive() -> Response:
    return jsonify(status="alive")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """200 with every part "ok", or 503 naming the first broken part."""
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "migrations": _migrations,
        "worker": _worker,
    }
    parts = dict.fromkeys(checks, "not checked")
    for name, check in checks.items():
        try:
            parts[name] = check()
        except SQLAlchemyError:
            db.session.rollback()
            parts[name] = "not reachable"
        if parts[name] != "ok":
            return jsonify(status="not ready", broken=name, parts=parts), 503
    return jsonify(status="ready", parts=parts), 200


def _database() -> str:
    db.session.connection()
    return "ok"


def _migrations() -> str:
    return "ok" if is_at_head(db.session.connection()) else "not at head: run `helpdesk db upgrade`"


def _worker() -> str:
    seen = worker_seen_at()
    if seen is None:
        return "never seen: start `helpdesk worker`"
    return "ok" if clock.now() - seen < WORKER_SEEN_WITHIN else "not seen lately: start `helpdesk worker`"
