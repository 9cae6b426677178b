"""Sending a mail that failed once more."""

from flask import Blueprint, flash, g

from helpdesk.accounts.permissions import Permission
from helpdesk.core.errors import Conflict
from helpdesk.mail.operations.failing import resend
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.outbox import recipient_or_404
from helpdesk.web.admin.outbox_list import state_of_list
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("resent_mails", __name__, url_prefix=f"/outbox/<{ROW_ID}:recipient_id>/resending")
bp.before_request(needs(Permission.MANAGE_DESK))


@bp.post("")
def create(recipient_id: int) -> Page:
    recipient = recipient_or_404(recipient_id)
    try:
        resend(recipient, by=g.agent)
    except Conflict as refusal:
        flash(_(refusal.sentence), "warning")
    else:
        flash(_("It waits to be sent again."))
    return see_other("admin.outbox.show", recipient_id=recipient_id, **state_of_list())
