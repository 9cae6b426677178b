"""The outbox: every letter to a person, how far it has come, and what it says."""

from flask import Blueprint, abort, g, render_template

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.mail.models import OutboxRecipient
from helpdesk.mail.operations.delivering import due_at
from helpdesk.mail.policy import can_copy_link, can_send_again, is_still_wanted
from helpdesk.mail.queries import one_recipient
from helpdesk.mail.rendering import render_for_admin
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.outbox_list import PURPOSES, STATES, mails_list
from helpdesk.web.answers import Page

bp = Blueprint("outbox", __name__, url_prefix="/outbox")
bp.before_request(needs(Permission.MANAGE_DESK))


@bp.get("")
def index() -> Page:
    return render_template("admin/outbox/index.html", mails=mails_list(), purposes=PURPOSES, states=STATES)


@bp.get(f"/<{ROW_ID}:recipient_id>")
def show(recipient_id: int) -> Page:
    return show_letter(recipient_or_404(recipient_id))


def show_letter(recipient: OutboxRecipient, *, link: str = "") -> str:
    """The list with one letter beside it; `link` is a one-time link just minted, shown this once."""
    return render_template(
        "admin/outbox/show.html",
        recipient=recipient,
        letter=render_for_admin(recipient),
        is_wanted=is_still_wanted(recipient),
        due_at=due_at(recipient),
        can_copy=can_copy_link(g.agent, recipient),
        can_resend=can_send_again(g.agent, recipient),
        link=link,
        mails=mails_list(),
        purposes=PURPOSES,
        states=STATES,
    )


def recipient_or_404(recipient_id: int) -> OutboxRecipient:
    """One letter to one person, with all its page shows."""
    found = db.session.scalars(one_recipient(recipient_id)).one_or_none()
    if found is None:
        abort(404)
    return found
