"""A mail as it was sent: for a frame that may do nothing, and as the bytes that came."""

from base64 import b64encode
from collections.abc import Sequence

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.wsgi import wrap_file

from helpdesk.core.db import db
from helpdesk.core.errors import Gone
from helpdesk.files.store import store
from helpdesk.files.types import RASTER
from helpdesk.mail.correspondence import arrived_as
from helpdesk.mail.models import InboundMessage
from helpdesk.mail.parsing.child import Unreadable, parsed_safely
from helpdesk.mail.parsing.original_html import original_html
from helpdesk.mail.parsing.parsed import ParsedAttachment, ParsedMail
from helpdesk.web import files
from helpdesk.web.agents.lookup import ticket_or_404
from helpdesk.web.answers import Page

bp = Blueprint("originals", __name__, url_prefix="/tickets/<number>/messages/<int:message_id>")

REMOTE = "remote"
MOST_PICTURES = 20_000_000
"""Bytes of pictures that are put into the frame; further ones are files of the message all the same."""
# A document of an origin of its own: no script, form, font or frame; pictures only those that are in the mail.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:{remote}; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_FROM_ELSEWHERE = " https: http:"


@bp.get("/original")
def show(number: str, message_id: int) -> Page:
    """Pictures from elsewhere are loaded for who asks for them, this once."""
    mail = _mail_or_404(number, message_id)
    is_remote = request.args.get("pictures") == REMOTE
    page = render_template("agents/originals/show.html", **_contents(mail, is_remote=is_remote))
    answer = Response(page)
    answer.headers["Content-Security-Policy"] = POLICY.format(remote=_FROM_ELSEWHERE if is_remote else "")
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-DNS-Prefetch-Control"] = "off"
    return answer


@bp.get("/raw")
def raw(number: str, message_id: int) -> Page:
    mail = _mail_or_404(number, message_id)
    answer = Response(
        wrap_file(request.environ, store().open(mail.sha256)),
        content_type="message/rfc822",
        direct_passthrough=True,
    )
    answer.content_length = mail.size
    name = f"{number.upper()} {mail.subject}.eml".replace("/", "-")
    answer.headers["Content-Disposition"] = files.disposition(name, is_shown=False)
    answer.headers["Content-Security-Policy"] = files.POLICY
    return answer


def _mail_or_404(number: str, message_id: int) -> InboundMessage:
    """The mail that a message of a ticket came in as, if this agent may see the ticket."""
    found = db.session.scalars(arrived_as(ticket_or_404(number), message_id)).one_or_none()
    return found if found is not None else abort(404)


def _contents(mail: InboundMessage, *, is_remote: bool) -> dict[str, object]:
    """What the frame shows: HTML where the mail has any, else its text; nothing of what cannot be read."""
    try:
        with store().open(mail.sha256) as stored:
            parsed = parsed_safely(stored.read())
    except (Unreadable, Gone):
        return {"subject": mail.subject, "markup": "", "text": "", "is_readable": False}
    return {
        "subject": parsed.subject,
        "markup": _markup(parsed, is_remote=is_remote),
        "text": parsed.text,
        "is_readable": True,
    }


def _markup(parsed: ParsedMail, *, is_remote: bool) -> str:
    return original_html(parsed.raw_html, _pictures(parsed.attachments), remote=is_remote)


def _pictures(attachments: Sequence[ParsedAttachment]) -> dict[str, str]:
    """By content id the pictures that are in the mail, as addresses that hold their bytes: the frame has no cookies."""
    pictures: dict[str, str] = {}
    room = MOST_PICTURES
    for each in attachments:
        room -= len(each.content)
        if each.content_id and each.content_type in RASTER.values() and room >= 0:
            pictures[each.content_id] = (
                f"data:{each.content_type};base64,{b64encode(each.content).decode('ascii')}"
            )
    return pictures
