"""Test buttons: the desk signs in at a server of a mailbox, and the page shows what the server said."""

from flask import Blueprint

from helpdesk.accounts.permissions import Permission
from helpdesk.mail.doors.trying import try_incoming, try_outgoing
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.mailboxes import show_mailbox
from helpdesk.web.admin.mailboxes_list import mailbox_or_404
from helpdesk.web.answers import Page

bp = Blueprint("mailbox_trials", __name__, url_prefix=f"/mailboxes/<{ROW_ID}:mailbox_id>/trials")
bp.before_request(needs(Permission.MANAGE_DESK))


@bp.post("/<any(incoming, outgoing):way>")
def create(mailbox_id: int, way: str) -> Page:
    mailbox = mailbox_or_404(mailbox_id)
    if way == "incoming":
        return show_mailbox(mailbox, incoming_trial=try_incoming(mailbox))
    return show_mailbox(mailbox, outgoing_trial=try_outgoing(mailbox))
