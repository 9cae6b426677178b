"""/healthz: the process is alive. /readyz: everything it needs is there, and if not, what is missing."""

from flask import Blueprint, Response, jsonify

from helpdesk.web.readiness import readiness

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    return jsonify(status="alive")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """200 with every part "ok", or 503 naming the first broken part."""
    found = readiness()
    if found.broken is not None:
        return jsonify(status="not ready", broken=found.broken, parts=found.parts), 503
    return jsonify(status="ready", parts=found.parts), 200
