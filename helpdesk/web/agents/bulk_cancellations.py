"""Stopping a bulk edit half way."""

from flask import Blueprint, flash

from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.bulk.editing import cancel
from helpdesk.web.agents.bulk_page import edit_of_agent, show_edit
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("bulk_cancellations", __name__, url_prefix="/bulk-edits/<edit_id>/cancellation")


@bp.post("")
def create(edit_id: str) -> Page:
    try:
        cancel(edit_of_agent(edit_id))
    except Unwelcome as refusal:
        return show_edit(edit_id, alert=_(refusal.sentence)), refusal.status
    flash(_("Stopped. The rest stays as it is."))
    return see_other("agents.bulk_edits.show", edit_id=edit_id)
