"""A customer's answer. It brings a solved request back; where it is too late for that, it becomes a new one."""

from flask import Blueprint, flash, g, url_for

from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import answer
from helpdesk.web.answers import Page
from helpdesk.web.customers.conversations import conversation, ticket_of
from helpdesk.web.customers.deeds import deed
from helpdesk.web.customers.forms import LetterForm
from helpdesk.web.forms import uploads_in
from helpdesk.web.languages import gettext as _

bp = Blueprint("replies", __name__, url_prefix="/tickets/<number>/replies")


@bp.post("")
def create(number: str) -> Page:
    ticket = ticket_of(number)
    form = LetterForm()
    if not form.validate_on_submit():
        return conversation(number, form=form), 422
    try:
        with deed():
            return form.once(lambda: _answer(ticket, form))
    except Unwelcome as refusal:
        form.tell(refusal)
        return conversation(number, form=form), refusal.status


def _answer(ticket: Ticket, form: LetterForm) -> str:
    written = answer(ticket, by=g.customer, content=form.content.data, uploads=uploads_in(form.files))
    if written.ticket_id == ticket.id:
        return url_for("customers.tickets.show", number=ticket.ticket_number, _anchor=f"message-{written.id}")
    if g.by_link:  # the link opens the old one alone; the mail about the new one brings another link
        flash(_("Your answer is the new request %(number)s.", number=written.ticket.ticket_number))
        return url_for("customers.tickets.show", number=ticket.ticket_number)
    return url_for("customers.receipts.show", number=written.ticket.ticket_number)
