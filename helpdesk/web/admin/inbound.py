"""Mail that came in: every one with its verdict; one of them raw and parsed side by side, and as a file."""

from dataclasses import dataclass

from flask import Blueprint, Response, g, render_template, request
from werkzeug.wsgi import wrap_file

from helpdesk.accounts.permissions import Permission
from helpdesk.core.errors import Gone
from helpdesk.core.html import clean_text
from helpdesk.files.store import store
from helpdesk.mail.models import InboundMessage, Verdict
from helpdesk.mail.operations.releasing import DISMISSIBLE, UNFILED
from helpdesk.mail.reasons import REASONS
from helpdesk.web import files
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.inbound_list import (
    inbound_list,
    inbound_or_404,
    state_of_list,
    verdict_words,
)
from helpdesk.web.alarms import alarms_for
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("inbound", __name__, url_prefix="/mail")
bp.before_request(needs(Permission.MANAGE_DESK))

RAW_SHOWN = 100_000
"""Bytes on the page; the rest is in the file."""
TEXT_SHOWN = 20_000


@dataclass(frozen=True, slots=True)
class Raw:
    """The beginning of a mail as it came, or why there is none."""

    text: str
    is_cut: bool = False
    is_gone: bool = False


@bp.get("")
def index() -> Page:
    return render_template(
        "admin/inbound/index.html",
        mails=inbound_list(),
        verdicts=verdict_words(),
        reasons=reason_words(),
        state=state_of_list(),
        alarms=[] if request.args else alarms_for(g.agent),
    )


@bp.get(f"/<{ROW_ID}:inbound_id>")
def show(inbound_id: int) -> Page:
    mail = inbound_or_404(inbound_id)
    return render_template(
        "admin/inbound/show.html",
        mail=mail,
        parsed=mail.parsed or {},
        raw=_beginning(mail),
        verdicts=verdict_words(),
        reasons=reason_words(),
        state=state_of_list(),
        may=_deeds(mail),
        TEXT_SHOWN=TEXT_SHOWN,
    )


@bp.get(f"/<{ROW_ID}:inbound_id>/raw")
def raw(inbound_id: int) -> Page:
    """The very bytes, as a file: never as a page."""
    mail = inbound_or_404(inbound_id)
    body = wrap_file(request.environ, store().open(mail.sha256))
    answer = Response(body, content_type="message/rfc822", direct_passthrough=True)
    answer.content_length = mail.size
    answer.headers["Content-Disposition"] = files.disposition(f"mail-{mail.id}.eml", is_shown=False)
    answer.headers["Content-Security-Policy"] = files.POLICY
    return answer


def reason_words() -> dict[str, str]:
    """Why, in a sentence."""
    return {reason.value: _(words) for reason, words in REASONS.items()}


def _beginning(mail: InboundMessage) -> Raw:
    try:
        with store().open(mail.sha256) as stored:
            found = stored.read(RAW_SHOWN)
    except Gone:
        return Raw("", is_gone=True)
    text = found.replace(b"\x00", "␀".encode()).decode("utf-8", "backslashreplace")
    return Raw(clean_text(text), is_cut=mail.size > RAW_SHOWN)


def _deeds(mail: InboundMessage) -> dict[str, bool]:
    """Which deeds make sense for what has become of it."""
    return {
        "rerun": mail.verdict in UNFILED or mail.verdict is Verdict.WAITING,
        "release": mail.verdict is Verdict.QUARANTINED,
        "recover": mail.verdict in (Verdict.SUSPENDED, Verdict.IGNORED),
        "dismiss": mail.verdict in DISMISSIBLE,
        "block": bool(mail.sender) and mail.verdict is not Verdict.WAITING,
    }
