"""What administrators do about a mail, one or many: have it looked at again, let it in, recover it."""

from collections.abc import Callable, Mapping

from flask import Blueprint, flash, g, redirect, request, url_for
from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.mail.models import InboundMessage, Verdict
from helpdesk.mail.operations.releasing import dismiss, recover, release, rerun
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.inbound_list import inbound_or_404, state_of_list
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext

bp = Blueprint("inbound_deeds", __name__, url_prefix="/mail")
bp.before_request(needs(Permission.MANAGE_DESK))

MOST_TICKED = 100  # more than a page holds
DEEDS: Mapping[str, Callable[[InboundMessage, User], None]] = {
    "readings": rerun,
    "releases": release,
    "recoveries": recover,
    "dismissals": dismiss,
}


@bp.post(f"/<{ROW_ID}:inbound_id>/<any(readings, releases, recoveries, dismissals):deed>")
def create(inbound_id: int, deed: str) -> Page:
    mail = inbound_or_404(inbound_id)
    try:
        DEEDS[deed](mail, g.agent)
        if deed == "dismissals":
            flash(_("It is ignored from now on, and can be recovered."))
        else:
            flash(
                _(
                    "It is filed by the rules of now, in a moment. Load the page again to see what became of it."
                )
            )
    except Unwelcome as refusal:
        flash(_(refusal.sentence), "error")
    return see_other("admin.inbound.show", inbound_id=inbound_id, **state_of_list())


@bp.post("/recoveries")
def create_many() -> Page:
    """Those that were ticked: what is suspended is recovered, what is quarantined let in, what failed tried again."""
    done = sum(_let_in(mail) for mail in _ticked())
    if done:
        flash(
            ngettext("%(num)d mail is let in, in a moment.", "%(num)d mails are let in, in a moment.", done)
        )
    else:
        flash(_("Tick mails first, then choose what to do with them."), "warning")
    return redirect(url_for("admin.inbound.index", **state_of_list()), code=303)


def _let_in(mail: InboundMessage) -> bool:
    deeds = {Verdict.QUARANTINED: release, Verdict.FAILED: rerun, Verdict.WAITING: rerun}
    try:
        with db.session.begin_nested():
            deeds.get(mail.verdict, recover)(mail, g.agent)
    except Unwelcome:  # somebody was faster, or only its headers are there
        return False
    return True


def _ticked() -> list[InboundMessage]:
    typed = [each for each in request.form.getlist("mail") if each.isdecimal() and each.isascii()][
        :MOST_TICKED
    ]
    ids = [number for number in map(int, typed) if number < 2**63]
    found = select(InboundMessage).where(InboundMessage.id.in_(ids)).order_by(InboundMessage.id)
    return list(db.session.scalars(found))
