"""“Thank you, we have it”: the number of a request that was just sent, and what happens next."""

from flask import Blueprint, abort, g, render_template
from sqlalchemy import func, select

from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket, ticket_participants
from helpdesk.tickets.queries import numbered, tickets_for
from helpdesk.tickets.requests import follows_up
from helpdesk.web.answers import Page
from helpdesk.web.customers.promises import answer_time

bp = Blueprint("receipts", __name__, url_prefix="/receipts")


@bp.get("/<number>")
def show(number: str) -> Page:
    """For who sent it."""
    others = (
        select(func.count())
        .where(ticket_participants.c.ticket_id == Ticket.id)
        .correlate(Ticket)
        .scalar_subquery()
    )
    sent = numbered(tickets_for(g.customer), number).where(Ticket.requester_id == g.customer.id)
    columns = (Ticket.ticket_number, Ticket.title, others.label("others"), follows_up().label("follows_up"))
    request = db.session.execute(sent.with_only_columns(*columns)).one_or_none()
    if request is None:
        abort(404)
    return render_template("customers/receipts/show.html", request=request, promise=answer_time())
