"""Files that the composer sends ahead, one at a time; they wait for the message they belong to."""

from typing import Any, BinaryIO, cast

from flask import Blueprint, g, jsonify, request, url_for

from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.files.types import is_inline_image
from helpdesk.tickets.models import StagedFile
from helpdesk.tickets.operations.staging import stage, unstage
from helpdesk.tickets.policy import can_reply
from helpdesk.web.agents.deeds import allowed_ticket
from helpdesk.web.answers import Page
from helpdesk.web.filters import file_kind, filesize
from helpdesk.web.languages import gettext as _
from helpdesk.web.limits import limits

bp = Blueprint("uploads", __name__, url_prefix="/tickets/<number>/uploads")


@bp.post("")
def create(number: str) -> Page:
    ticket = allowed_ticket(number, can_reply)
    file = request.files.get("file")
    if file is None or not file.filename:
        return jsonify({"error": _("No file came with this. Choose it again.")}), 422
    most = limits()
    try:
        with db.session.begin_nested():
            staged = stage(
                ticket,
                by=g.agent,
                filename=file.filename,
                stream=cast(BinaryIO, file.stream),
                is_inline=request.form.get("is_inline") == "1",
                most_files=most.files,
                most_bytes=most.bytes,
            )
    except Unwelcome as refusal:
        return jsonify({"error": _(refusal.sentence)}), refusal.status
    return jsonify(told(staged)), 201


@bp.post("/<public_id>/deletion")
def destroy(number: str, public_id: str) -> Page:
    ticket = allowed_ticket(number, can_reply)
    unstage(ticket, by=g.agent, public_id=public_id)
    return "", 204


def told(file: StagedFile) -> dict[str, Any]:
    """A waiting file as the composer's scripts take it."""
    return {
        "id": file.public_id,
        "name": file.filename,
        "words": f"{file_kind(file.content_type)}, {filesize(file.size)}",
        "type": file.content_type,
        "size": file.size,
        "url": url_for("files.show", public_id=file.public_id),
        "is_picture": is_inline_image(file.content_type),
        "is_inline": file.is_inline,
    }
