"""/ask/confirm/…: who reads the mail of the address looks at what was asked in its name, and sends it."""

from flask import Blueprint, flash, redirect, render_template, url_for

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.guest_requests import confirm_request, find_request
from helpdesk.web import doorway, link_holders
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _
from helpdesk.web.public.deeds import deed
from helpdesk.web.public.forms import ButtonForm

bp = Blueprint("guest_confirmations", __name__, url_prefix="/ask/confirm/<token>")


@bp.get("")
def new(token: str) -> Page:
    doorway.desk()
    with acting_as(db.session(), DatabaseRole.APP):
        request, _link, files = find_request(token)
    attached = [
        {"name": file.filename, "size": file.size, "content_type": file.content_type, "url": None}
        for file in files
    ]
    return render_template(
        "public/guest_requests/confirm.html", form=ButtonForm(), asked=request, attached=attached
    )


@bp.post("")
def create(token: str) -> Page:
    reader = doorway.person()
    with deed():
        ticket, address = confirm_request(token)
        if reader is None:
            link_holders.hold_new_key(ticket, person=address.user, address=address)
    return _thank(ticket, address, reader)


def _thank(ticket: Ticket, address: EmailAddress, reader: User | None) -> Page:
    number = ticket.ticket_number
    if reader is not None and reader.id != address.user_id:
        return render_template("public/guest_requests/done.html", number=number)
    flash(_("Thank you, we have your request. Its number is %(number)s.", number=number))
    return redirect(url_for("customers.tickets.show", number=number), code=303)
