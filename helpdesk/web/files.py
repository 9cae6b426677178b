"""Attachments on their way to people: who may read the comment may fetch the file. Nothing in it ever runs here."""

from contextlib import suppress
from urllib.parse import quote

from flask import Blueprint, Response, abort, request
from sqlalchemy import Select, select
from werkzeug.wsgi import wrap_file

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.files import types
from helpdesk.files.names import clean_filename
from helpdesk.files.store import store
from helpdesk.tickets.models import Attachment, StagedFile
from helpdesk.tickets.queries import attachments_for
from helpdesk.web import guards, link_holders
from helpdesk.web.answers import Page

bp = Blueprint("files", __name__, url_prefix="/files")

# a document of its own origin, without scripts, forms, plugins or anything to load
POLICY = "default-src 'none'; sandbox"


@bp.get("/<public_id>")
def show(public_id: str) -> Page:
    person = guards.signed_in()
    if not isinstance(person, User):
        by_link = _of_a_held_key(public_id)
        return _download(by_link) if by_link else person
    found: Attachment | StagedFile | None = db.session.scalar(
        attachments_for(person).where(Attachment.public_id == public_id)
    )
    if found is None and person.is_staff:
        found = db.session.scalar(_sent_ahead(person, public_id))
    if found is None:
        abort(404)
    return _download(found)


def _of_a_held_key(public_id: str) -> Attachment | None:
    """A file of a ticket that a mailed link has opened to this browser."""
    for number in link_holders.keys_held():
        with suppress(link_holders.KeyEnded):
            if holder := link_holders.holder_for(number):
                found: Attachment | None = db.session.scalar(
                    attachments_for(holder).where(Attachment.public_id == public_id)
                )
                if found is not None:
                    return found
    return None


def _sent_ahead(person: User, public_id: str) -> Select[StagedFile]:
    """A file that waits for its message: its sender looks at it while writing, and nobody else."""
    return select(StagedFile).where(StagedFile.user_id == person.id, StagedFile.public_id == public_id)


def _download(attachment: Attachment | StagedFile) -> Response:
    with store().open(attachment.sha256) as content:
        kind = types.content_type(content)  # what was right when it came is not believed for ever
    is_shown = types.is_inline_image(kind) and kind == attachment.content_type
    # servers send from where the descriptor stands: at the beginning
    afresh = store().open(attachment.sha256)
    body = wrap_file(request.environ, afresh)
    answer = Response(body, content_type=_with_charset(kind), direct_passthrough=True)
    answer.content_length = attachment.size
    answer.headers["Content-Disposition"] = disposition(attachment.filename, is_shown=is_shown)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _with_charset(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind == types.TEXT else kind


def disposition(filename: str, *, is_shown: bool) -> str:
    """RFC 6266: a name in ASCII for old programs, and the whole name for all others."""
    name = clean_filename(filename)
    plain = "".join(each if " " <= each <= "~" and each not in '"\\%' else "_" for each in name)
    kind = "inline" if is_shown else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
