"""Internal notes: what customers never see."""

from flask import Blueprint, g

from helpdesk.tickets.operations import note
from helpdesk.tickets.policy import can_note
from helpdesk.web.agents.deeds import allowed_ticket
from helpdesk.web.agents.writing import WritingForm, write
from helpdesk.web.answers import Page
from helpdesk.web.forms import uploads_in

bp = Blueprint("notes", __name__, url_prefix="/tickets/<number>/notes")


@bp.post("")
def create(number: str) -> Page:
    ticket = allowed_ticket(number, can_note)
    form = WritingForm()
    return write(
        ticket,
        form,
        lambda: note(
            ticket,
            by=g.agent,
            content=form.writing(),
            uploads=uploads_in(form.files),
            staged=form.staged.data,
            seen=form.seen.data,
        ),
    )
