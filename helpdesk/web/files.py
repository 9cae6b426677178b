"""Attachments on their way to people: who may read the comment may fetch the file. Nothing in it ever runs here."""

from contextlib import suppress

from flask import Blueprint, abort, redirect, request
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment, StagedFile
from helpdesk.tickets.queries import attachments_for
from helpdesk.web import file_links, guards, link_holders
from helpdesk.web.answers import Page
from helpdesk.web.file_answers import POLICY, answer, disposition

__all__ = ["POLICY", "bp", "disposition"]

bp = Blueprint("files", __name__, url_prefix="/files")


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
    is_original = "original" in request.args
    linked = file_links.Linked(attachment.sha256, attachment.filename, attachment.content_type, is_original)
    if file_links.origin():
        leading = redirect(file_links.link_to(linked), code=302)
        leading.headers["Cache-Control"] = "private, no-store"
        return leading
    return answer(*linked)
