"""People's pictures on their way to colleagues: of staff to all who work here, of others to those who may see them."""

from flask import Blueprint, Response, abort, g, request
from sqlalchemy import or_
from werkzeug.wsgi import wrap_file

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.files import types
from helpdesk.files.redrawing import drawn_anew
from helpdesk.files.store import store
from helpdesk.tickets.people import people_for
from helpdesk.web.agents.people_lookup import ROW_ID
from helpdesk.web.answers import Page

bp = Blueprint("pictures", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/picture")

# a picture and nothing else, whatever the bytes try to be
POLICY = "default-src 'none'; sandbox"


@bp.get("")
def show(person_id: int) -> Page:
    known = people_for(g.agent).with_only_columns(User.id)
    pictures = db.select(User.picture_sha256).where(
        User.id == person_id, User.picture_sha256.is_not(None), or_(User.is_staff, User.id.in_(known))
    )
    return _shown(db.one_or_404(pictures))


def _shown(sha256: str) -> Response:
    with store().open(sha256) as content:
        kind = types.content_type(content)  # what was right when it came is not believed for ever
    drawn = store().shown(sha256, drawn_anew) if types.is_inline_image(kind) else None
    if drawn is None:
        abort(404)
    answer = Response(wrap_file(request.environ, drawn), content_type=kind, direct_passthrough=True)
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer
