"""Replies: what the customer reads, once the time to take them back is over or the moment chosen for them has come."""

from datetime import timedelta

from flask import Blueprint, g
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length

from helpdesk.core import clock
from helpdesk.tickets.models import Comment, HeldFor, Ticket, TicketStatus
from helpdesk.tickets.operations import reply
from helpdesk.tickets.operations.holding import Hold
from helpdesk.tickets.policy import can_reply
from helpdesk.web.agents.composer_recipients import recipients_in_request
from helpdesk.web.agents.deeds import allowed_ticket
from helpdesk.web.agents.held_moments import moment_in
from helpdesk.web.agents.writing import WritingForm, refused, write
from helpdesk.web.answers import Page
from helpdesk.web.doorway import desk
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
    send_at = StringField(validators=[Length(max=40)])
    send_on = StringField(validators=[Length(max=40)])
    cancels_on_answer = BooleanField()

    @property
    def hold(self) -> Hold | None:
        """How long it waits: until a moment of the writer's own, else as long as the desk lets take back.

        Raises UnclearMoment.
        """
        moment = moment_in(self.send_at.data or "", self.send_on.data or "")
        if moment is not None:
            return Hold(moment, HeldFor.LATER, cancels_on_answer=self.cancels_on_answer.data)
        seconds = desk().undo_send_seconds
        return Hold(clock.now() + timedelta(seconds=seconds)) if seconds else None


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
    return write(ticket, form, lambda: _reply(ticket, form))


def _reply(ticket: Ticket, form: ReplyForm) -> Comment:
    return reply(
        ticket,
        by=g.agent,
        content=form.writing(signature=g.agent.signature),
        status=form.status.data,
        uploads=uploads_in(form.files),
        staged=form.staged.data,
        seen=form.seen.data,
        recipients=recipients_in_request(ticket),
        hold=form.hold,
    )
