"""A customer's answer. It brings a solved request back, as long as that is possible."""

from flask import Blueprint, g, render_template, url_for

from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import reply
from helpdesk.tickets.operations.progressing import TooLate
from helpdesk.web.answers import Page
from helpdesk.web.customers.conversations import conversation, ticket_of
from helpdesk.web.customers.deeds import deed
from helpdesk.web.customers.forms import LetterForm, RequestForm
from helpdesk.web.forms import uploads_in

bp = Blueprint("replies", __name__, url_prefix="/tickets/<number>/replies")


@bp.post("")
def create(number: str) -> Page:
    ticket = ticket_of(number)
    form = LetterForm()
    if not form.validate_on_submit():
        return conversation(ticket, form=form), 422
    try:
        with deed():
            return form.once(lambda: _reply(ticket, form))
    except TooLate as refusal:  # what was written goes on into a new request
        follow_up = RequestForm(formdata=None, title=ticket.title, content=form.content.data)
        return render_template("customers/tickets/new.html", form=follow_up, refusal=refusal), refusal.status
    except Unwelcome as refusal:
        form.tell(refusal)
        return conversation(ticket_of(number), form=form), refusal.status


def _reply(ticket: Ticket, form: LetterForm) -> str:
    written = reply(ticket, by=g.customer, content=form.content.data, uploads=uploads_in(form.files))
    return url_for("customers.tickets.show", number=ticket.ticket_number, _anchor=f"message-{written.id}")
