"""The draft of a message, kept by the desk while it is written: saved again and again, read by another browser."""

from typing import BinaryIO, cast
from uuid import UUID

from flask import Blueprint, flash, g, jsonify, request
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Draft, Mode, Ticket
from helpdesk.tickets.operations.drafting import discard_draft, save_draft
from helpdesk.tickets.operations.staging import stage, staged_by
from helpdesk.tickets.operations.writing import Writing
from helpdesk.tickets.policy import can_reply
from helpdesk.web.agents.composer_recipients import chosen_in_request
from helpdesk.web.agents.deeds import allowed_ticket
from helpdesk.web.agents.drafts import draft_in_request
from helpdesk.web.agents.ticket_page import show_ticket
from helpdesk.web.agents.uploads import told
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _
from helpdesk.web.limits import limits
from helpdesk.web.moments import compact

bp = Blueprint("kept_drafts", __name__, url_prefix="/tickets/<number>/draft")


@bp.get("")
def show(number: str) -> Page:
    """What is kept now, for a page that was left open."""
    ticket = allowed_ticket(number, can_reply)
    mine = select(Draft).where(Draft.user_id == g.agent.id, Draft.ticket_id == ticket.id)
    kept = db.session.scalar(mine)
    files = [told(each) for each in db.session.scalars(staged_by(g.agent, ticket))]
    text = {"mode": kept.mode, "html": kept.content} if kept else {"mode": None, "html": ""}
    return jsonify({**_state(kept), **text, "files": files})


@bp.post("")
@bp.put("")
def create(number: str) -> Page:
    ticket = allowed_ticket(number, can_reply)
    try:
        with db.session.begin_nested():
            kept = _save(ticket)
    except Unwelcome as refusal:
        if _is_form():
            draft = draft_in_request(error=_(refusal.sentence))
            return show_ticket(number, draft=draft), refusal.status
        return jsonify({"error": _(refusal.sentence)}), refusal.status
    if _is_form():
        flash(_("Draft saved."))
        return see_other("agents.tickets.show", number=ticket.ticket_number)
    return jsonify(_state(kept))


@bp.post("/deletion")
def destroy(number: str) -> Page:
    ticket = allowed_ticket(number, can_reply)
    discard_draft(ticket, by=g.agent)
    flash(_("Draft discarded."))
    return see_other("agents.tickets.show", number=ticket.ticket_number)


def _save(ticket: Ticket) -> Draft | None:
    if _is_form():
        _stage_files(ticket)
    return save_draft(
        ticket,
        by=g.agent,
        mode=Mode.NOTE if request.form.get("mode") == "note" else Mode.REPLY,
        content=Writing(request.form.get("content", ""), request.form.get("content_html", "")),
        recipients=chosen_in_request(ticket),
        submission=_submission(),
    )


def _stage_files(ticket: Ticket) -> None:
    """Files a browser without script sends with the text: it would not send them again."""
    most = limits()
    for file in request.files.getlist("files"):
        if file.filename:
            stage(
                ticket,
                by=g.agent,
                filename=file.filename,
                stream=cast(BinaryIO, file.stream),
                most_files=most.files,
                most_bytes=most.bytes,
            )


def _submission() -> UUID | None:
    try:
        return UUID(request.form.get("submission_key", ""))
    except ValueError:
        return None


def _is_form() -> bool:
    """A page without script asks for a page; the editor asks for JSON."""
    return "save" in request.form


def _state(kept: Draft | None) -> dict[str, str]:
    """The draft's version, and what the composer says of it."""
    if kept is None:
        return {"version": "", "words": ""}
    return {
        "version": kept.updated_at.isoformat(),
        "words": _("Draft saved %(hour)s", hour=compact(kept.updated_at)),
    }
