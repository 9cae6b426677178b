"""Letting a colleague take part in a request, by their address."""

from flask import Blueprint, abort, flash, g

from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.operations import invite
from helpdesk.tickets.policy import can_invite
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.conversations import conversation, ticket_of
from helpdesk.web.customers.deeds import deed
from helpdesk.web.customers.forms import InviteForm
from helpdesk.web.languages import gettext as _

bp = Blueprint("participants", __name__, url_prefix="/tickets/<number>/participants")


@bp.post("")
def create(number: str) -> Page:
    ticket = ticket_of(number)
    if g.by_link or not can_invite(g.customer, ticket):
        abort(403)
    form = InviteForm()
    if not form.validate_on_submit():
        return conversation(number, invite_form=form), 422
    email = form.email.data.strip()
    try:
        with deed():
            invite(ticket, email=email, by=g.customer)
    except Unwelcome as refusal:
        form.email.errors = [_(refusal.sentence)]
        return conversation(number, invite_form=form), refusal.status
    flash(_("%(email)s can read this request and answer in it. We wrote to them.", email=email))
    return see_other("customers.tickets.show", number=ticket.ticket_number)
