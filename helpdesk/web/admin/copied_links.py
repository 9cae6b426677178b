"""A one-time link for a customer whose mail does not arrive: minted now, shown once, told to the audit trail."""

from flask import Blueprint, flash, g

from helpdesk.accounts.permissions import Permission
from helpdesk.core.errors import Refused
from helpdesk.mail.operations.linking import copy_link
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.outbox import recipient_or_404, show_letter
from helpdesk.web.admin.outbox_list import state_of_list
from helpdesk.web.answers import Page, see_other
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("copied_links", __name__, url_prefix=f"/outbox/<{ROW_ID}:recipient_id>/link")
bp.before_request(needs(Permission.MANAGE_DESK))


@bp.post("")
@needs_fresh_proof
def create(recipient_id: int) -> Page:
    """The answer itself shows the link: it is stored nowhere, so no other page could."""
    recipient = recipient_or_404(recipient_id)
    try:
        link = copy_link(recipient, by=g.agent)
    except Refused as refusal:
        flash(_(refusal.sentence), "warning")
        return see_other("admin.outbox.show", recipient_id=recipient_id, **state_of_list())
    return show_letter(recipient, link=link)
