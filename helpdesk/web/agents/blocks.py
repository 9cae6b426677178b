"""Keeping out who sends unwanted mail, in one click from the message, and letting them in again in one more."""

from flask import Blueprint, abort, flash, g, render_template, request, url_for
from markupsafe import Markup

from helpdesk.core.db import db
from helpdesk.mail.correspondence import arrived_as
from helpdesk.mail.models import BlockKind, InboundMessage
from helpdesk.mail.operations.blocking import block, block_of, unblock
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.policy import can_change
from helpdesk.web.agents.deeds import do
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("blocks", __name__, url_prefix="/tickets/<number>/messages/<int:message_id>/block")


@bp.post("")
def create(number: str, message_id: int) -> Page:
    """Its address, or with `kind` domain everybody's there."""
    kind = BlockKind.DOMAIN if request.form.get("kind") == BlockKind.DOMAIN else BlockKind.ADDRESS

    def deed(ticket: Ticket) -> None:
        sender = _mail_or_404(ticket, message_id).sender
        value = sender.rpartition("@")[2] if kind is BlockKind.DOMAIN else sender
        blocked = block(kind=kind, value=value, note=ticket.ticket_number, by=g.agent)
        undo = url_for("agents.blocks.destroy", number=number, message_id=message_id)
        words = _("Mail from %(sender)s is suspended from now on, replies included.", sender=blocked.value)
        flash_with_undo(words, undo)

    return do(number, deed, allowed=can_change)


@bp.post("/removal")
def destroy(number: str, message_id: int) -> Page:
    def deed(ticket: Ticket) -> None:
        blocked = block_of(_mail_or_404(ticket, message_id).sender)
        if blocked is not None:
            unblock(blocked, by=g.agent)
            flash(_("Mail from %(sender)s is let in again.", sender=blocked.value))

    return do(number, deed, allowed=can_change)


def flash_with_undo(words: str, undo_url: str) -> None:
    """Say what was done, for as long as the page is there, with a button that takes it back."""
    told = render_template("agents/blocks/_undo.html", words=words, undo_url=undo_url)
    flash(Markup(told), "warning")  # noqa: S704 — a template of ours, escaped there


def _mail_or_404(ticket: Ticket, message_id: int) -> InboundMessage:
    found = db.session.scalars(arrived_as(ticket, message_id)).one_or_none()
    return found if found is not None and found.sender else abort(404)
