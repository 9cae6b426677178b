"""Replies: what the customer reads."""

from flask import Blueprint, g
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField

from helpdesk.tickets.models import TicketStatus
from helpdesk.tickets.operations import reply
from helpdesk.tickets.policy import can_reply
from helpdesk.web.agents.deeds import allowed_ticket
from helpdesk.web.agents.writing import WritingForm, refused, write
from helpdesk.web.answers import Page
from helpdesk.web.forms import uploads_in
from helpdesk.web.languages import gettext

bp = Blueprint("replies", __name__, url_prefix="/tickets/<number>/replies")


class ReplyForm(WritingForm):
    status = SelectField(
        _("Status afterwards"),
        coerce=lambda text: TicketStatus(text) if text else None,
        validate_choice=False,
    )
    mode = StringField(default="reply")


@bp.post("")
def create(number: str) -> Page:
    ticket = allowed_ticket(number, can_reply)
    form = ReplyForm()
    if form.mode.data == "note":  # the Enter key on the switch presses the first button, which is the reply's
        return refused(
            ticket,
            form,
            gettext("Nothing was sent: the switch says note. Press “Add internal note”, or switch."),
        ), 422
    return write(
        ticket,
        form,
        lambda: reply(
            ticket,
            by=g.agent,
            content=form.writing(signature=g.agent.signature),
            status=form.status.data,
            uploads=uploads_in(form.files),
            staged=form.staged.data,
            seen=form.seen.data,
        ),
    )
