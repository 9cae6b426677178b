"""My requests: the list, a new one, one of them."""

from flask import Blueprint, g, render_template, request, url_for
from sqlalchemy import Select

from helpdesk.accounts.models import User
from helpdesk.core.errors import Unwelcome
from helpdesk.core.pagination import BadMark
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import open_ticket
from helpdesk.tickets.queries import tickets_for
from helpdesk.tickets.requests import own_requests
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.belonging import open_call
from helpdesk.web.customers.conversations import conversation
from helpdesk.web.customers.deeds import deed
from helpdesk.web.customers.forms import RequestForm
from helpdesk.web.customers.promises import answer_time
from helpdesk.web.customers.request_lists import request_list
from helpdesk.web.forms import uploads_in

bp = Blueprint("tickets", __name__, url_prefix="/tickets")


@bp.get("")
def index() -> Page:
    try:
        listed = request_list(_mine, "customers.tickets.index", is_own=True)
    except BadMark:
        kept = {name: request.args.get(name) for name in ("show", "sort", "q")}
        return see_other("customers.tickets.index", **kept)
    return render_template(
        "customers/tickets/index.html", listed=listed, call=open_call(), promise=answer_time()
    )


@bp.get("/new")
def new() -> Page:
    return _form(RequestForm())


@bp.post("")
def create() -> Page:
    form = RequestForm()
    if not form.validate_on_submit():
        return _form(form), 422
    try:
        with deed():
            return form.once(lambda: _open(form))
    except Unwelcome as refusal:
        form.tell(refusal)
        return _form(form), refusal.status


@bp.get("/<number>")
def show(number: str) -> Page:
    """A page fetched ahead of the reader is not read by that."""
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    return conversation(number, is_read=not is_ahead)


def _mine(reader: User) -> Select[Ticket]:
    return own_requests(tickets_for(reader), reader)


def _form(form: RequestForm) -> str:
    return render_template("customers/tickets/new.html", form=form, promise=answer_time())


def _open(form: RequestForm) -> str:
    ticket = open_ticket(
        requester=g.customer,
        by=g.customer,
        title=form.title.data,
        description=form.content.data,
        cc=form.addresses,
        uploads=uploads_in(form.files),
    )
    return url_for("customers.receipts.show", number=ticket.ticket_number)
