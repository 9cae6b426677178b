"""Attachments on their way to people: who may read the comment may fetch the file. Nothing in it ever runs here."""

from contextlib import suppress

from flask import Blueprint, abort, redirect, request
from sqlalchemy import Row, Select, select
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment, Comment, StagedFile
from helpdesk.tickets.queries import attachments_for
from helpdesk.web import file_links, guards, link_holders
from helpdesk.web.access import read_file
from helpdesk.web.answers import Page
from helpdesk.web.file_answers import POLICY, answer, disposition

__all__ = ["POLICY", "bp", "disposition"]

bp = Blueprint("files", __name__, url_prefix="/files")


@bp.get("/<public_id>")
def show(public_id: str) -> Page:
    person = guards.signed_in()
    if not isinstance(person, User):
        return _of_a_held_key(public_id) or person
    if found := _attached(person, public_id):
        return _hand_over(found, to=person)
    staged = db.session.scalar(_sent_ahead(person, public_id)) if person.is_staff else None
    if staged is None:
        abort(404)
    return _download(staged)


def _attached(person: User, public_id: str) -> Row[Attachment, int] | None:
    """The file with this id that the person may read, and its ticket."""
    wanted = attachments_for(person).where(Attachment.public_id == public_id).add_columns(Comment.ticket_id)
    return db.session.execute(wanted).one_or_none()


def _hand_over(found: Row[Attachment, int], *, to: User) -> Response:
    attachment, ticket_id = found
    read_file(to, attachment.id, ticket_id=ticket_id)
    return _download(attachment)


def _of_a_held_key(public_id: str) -> Response | None:
    """A file of a ticket that a mailed link has opened to this browser."""
    for number in link_holders.keys_held():
        with suppress(link_holders.KeyEnded):
            holder = link_holders.holder_for(number)
            if holder and (found := _attached(holder, public_id)):
                return _hand_over(found, to=holder)
    return None


def _sent_ahead(person: User, public_id: str) -> Select[StagedFile]:
    """A file that waits for its message: its sender looks at it while writing, and nobody else."""
    return select(StagedFile).where(StagedFile.user_id == person.id, StagedFile.public_id == public_id)


def _download(attachment: Attachment | StagedFile) -> Response:
    is_original = "original" in request.args
    linked = file_links.Linked(attachment.sha256, attachment.filename, attachment.content_type, is_original)
    if file_links.origin():
        leading = redirect(file_links.link_to(linked), code=302)
        leading.headers["Cache-Control"] = "private, no-store"
        return leading
    return answer(*linked)
