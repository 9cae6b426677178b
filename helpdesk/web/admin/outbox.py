"""The outbox: every letter to a person, how far it has come, and what it says."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for
from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString
from sqlalchemy import func, select

from helpdesk.accounts.models import EmailAddress
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import Key, keyset_page
from helpdesk.mail.models import DeliveryState, MailPurpose, OutboxRecipient
from helpdesk.mail.policy import can_copy_link, is_still_wanted
from helpdesk.mail.queries import one_recipient, outbox_rows
from helpdesk.mail.rendering import render_for_admin
from helpdesk.tickets.models import Ticket
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("outbox", __name__, url_prefix="/outbox")
bp.before_request(needs(Permission.MANAGE_DESK))

PAGE_SIZE = 50
LATEST_FIRST = (Key(OutboxRecipient.id, descending=True),)
PURPOSES: Mapping[MailPurpose, LazyString] = {
    MailPurpose.CONFIRM_EMAIL: lazy("Confirm the address"),
    MailPurpose.ALREADY_REGISTERED: lazy("You have an account already"),
    MailPurpose.INVITATION: lazy("Invitation"),
    MailPurpose.RESET_PASSWORD: lazy("Choose a new password"),
    MailPurpose.MAGIC_LINK: lazy("Link to sign in"),
    MailPurpose.TICKET_RECEIVED: lazy("We have your request"),
    MailPurpose.TICKET_ANSWERED: lazy("Answer to a ticket"),
}
STATES: Mapping[DeliveryState, LazyString] = {
    DeliveryState.WAITING: lazy("Waiting"),
    DeliveryState.FAILED: lazy("Failed"),
    DeliveryState.SENT: lazy("Sent"),
}


@bp.get("")
def index() -> Page:
    return render_template("admin/outbox/index.html", **_list())


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
        can_copy=can_copy_link(g.agent, recipient),
        link=link,
        **_list(),
    )


def recipient_or_404(recipient_id: int) -> OutboxRecipient:
    """One letter to one person, with all its page shows."""
    found = db.session.scalars(one_recipient(recipient_id)).one_or_none()
    if found is None:
        abort(404)
    return found


def state_of_list() -> dict[str, Any]:
    """What the address chooses of the list."""
    asked = {name: one_line(request.args.get(name, "")) for name in ("state", "q", "after", "before")}
    if asked["state"] not in [each.value for each in DeliveryState]:
        asked["state"] = ""
    return {name: value for name, value in asked.items() if value}


def _list() -> dict[str, Any]:
    asked = state_of_list()
    rows = outbox_rows()
    if "state" in asked:
        rows = rows.where(OutboxRecipient.state == DeliveryState(asked["state"]))
    if words := asked.get("q"):
        is_ticket = Ticket.ticket_number == words.upper()
        rows = rows.where(EmailAddress.email.icontains(words, autoescape=True) | is_ticket)
    page = keyset_page(
        rows, LATEST_FIRST, size=PAGE_SIZE, after=asked.get("after"), before=asked.get("before")
    )
    return {
        "page": page,
        "state": asked,
        "segments": _segments(asked),
        "purposes": PURPOSES,
        "states": STATES,
    }


def _segments(asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """All, and by state; counts of what needs somebody, as those that were sent only grow."""
    counts = _counts()
    everything = _segment(asked, None, _("All"), None)
    return [everything, *(_segment(asked, state, str(STATES[state]), counts.get(state)) for state in STATES)]


def _segment(
    asked: Mapping[str, str], state: DeliveryState | None, words: str, count: int | None
) -> dict[str, Any]:
    kept: dict[str, Any] = {"q": asked.get("q"), "state": state.value if state else None}
    is_current = asked.get("state") == kept["state"]
    return {
        "label": words,
        "url": url_for("admin.outbox.index", **kept),
        "is_current": is_current,
        "count": count,
    }


def _counts() -> dict[DeliveryState, int]:
    waiting, failed = (
        OutboxRecipient.state == each for each in (DeliveryState.WAITING, DeliveryState.FAILED)
    )
    found = db.session.execute(
        select(func.count().filter(waiting), func.count().filter(failed)).where(waiting | failed)
    ).one()
    return {DeliveryState.WAITING: found[0], DeliveryState.FAILED: found[1]}
