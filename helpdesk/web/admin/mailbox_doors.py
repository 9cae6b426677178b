"""The secret of a mailbox's HTTP door: minted, shown this once; and the door shut."""

from flask import Blueprint, flash, g

from helpdesk.accounts.permissions import Permission
from helpdesk.mail.operations.connecting import open_door, shut_door
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.mailboxes import show_mailbox
from helpdesk.web.admin.mailboxes_list import mailbox_or_404
from helpdesk.web.answers import Page, see_other
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("mailbox_doors", __name__, url_prefix=f"/mailboxes/<{ROW_ID}:mailbox_id>/door")
bp.before_request(needs(Permission.MANAGE_DESK))


@bp.post("")
@needs_fresh_proof
def create(mailbox_id: int) -> Page:
    mailbox = mailbox_or_404(mailbox_id)
    return show_mailbox(mailbox, secret=open_door(mailbox, by=g.agent))


@bp.post("/closing")
@needs_fresh_proof
def destroy(mailbox_id: int) -> Page:
    shut_door(mailbox_or_404(mailbox_id), by=g.agent)
    flash(_("The door is shut: its secret opens nothing any more."))
    return see_other("admin.mailboxes.show", mailbox_id=mailbox_id, _anchor="incoming")
