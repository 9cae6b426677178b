"""Taking a bulk edit back."""

from flask import Blueprint, g, redirect, request

from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.bulk.jobs import undo
from helpdesk.web.agents.bulk_edits import tell
from helpdesk.web.agents.bulk_page import edit_of_agent, show_edit
from helpdesk.web.agents.bulk_words import words_for
from helpdesk.web.answers import Page, local_path, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("bulk_reversals", __name__, url_prefix="/bulk-edits/<edit_id>/reversal")


@bp.post("")
def create(edit_id: str) -> Page:
    """Leads back to the list where the toast was pressed, and to the page of what is done from everywhere else."""
    edit = edit_of_agent(edit_id)
    try:
        with db.session.begin_nested():
            undoing = undo(edit, by=g.agent)
    except Unwelcome as refusal:
        return show_edit(edit_id, alert=_(refusal.sentence)), refusal.status
    if undoing.finished_at is None:
        return see_other("agents.bulk_edits.show", edit_id=undoing.public_id)
    tell(undoing, words_for(edit.deed, edit.value, None))
    if request.form.get("to") == "list":
        return redirect(local_path(edit.list_path, "/agent"), code=303)
    return see_other("agents.bulk_edits.show", edit_id=edit_id)
