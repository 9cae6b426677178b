"""My requests: the list, a new one, one of them."""

from pathlib import PurePosixPath

from flask import Blueprint, flash, g, render_template, request, url_for

from helpdesk.core.errors import Unwelcome
from helpdesk.core.pagination import BadMark, keyset_page
from helpdesk.tickets.operations import open_ticket
from helpdesk.tickets.queries import open_ones, settled, tickets_for
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.conversations import conversation, ticket_of
from helpdesk.web.customers.deeds import deed
from helpdesk.web.customers.forms import RequestForm
from helpdesk.web.customers.requests import LATEST_FIRST, open_and_settled, row_of, with_last_words
from helpdesk.web.forms import uploads_in
from helpdesk.web.languages import gettext as _

bp = Blueprint("tickets", __name__, url_prefix="/tickets")

PAGE_SIZE = 25
SOLVED = "solved"


@bp.get("")
def index() -> Page:
    mine = tickets_for(g.customer)
    show = SOLVED if request.args.get("show") == SOLVED else None
    chosen = with_last_words(settled(mine) if show else open_ones(mine))
    marks = {name: request.args.get(name) for name in ("after", "before")}
    try:
        page = keyset_page(chosen, LATEST_FIRST, size=PAGE_SIZE, **marks)
    except BadMark:
        return see_other("customers.tickets.index", show=show)
    open_count, solved_count = open_and_settled(mine)
    return render_template(
        "customers/tickets/index.html",
        show=show,
        requests=[row_of(found, reader=g.customer) for found in page.rows],
        page=page,
        open_count=open_count,
        solved_count=solved_count,
    )


@bp.get("/new")
def new() -> Page:
    return render_template("customers/tickets/new.html", form=RequestForm())


@bp.post("")
def create() -> Page:
    form = RequestForm()
    if not form.validate_on_submit():
        return render_template("customers/tickets/new.html", form=form), 422
    try:
        with deed():
            answer = form.once(lambda: _open(form))
    except Unwelcome as refusal:
        form.tell(refusal)
        return render_template("customers/tickets/new.html", form=form), refusal.status
    # here and not in _open: of a double click the browser keeps the second answer only
    number = PurePosixPath(answer.location or "").name
    flash(_("Thank you, we have your request. Its number is %(number)s.", number=number))
    return answer


@bp.get("/<number>")
def show(number: str) -> Page:
    return conversation(ticket_of(number))


def _open(form: RequestForm) -> str:
    ticket = open_ticket(
        requester=g.customer,
        by=g.customer,
        title=form.title.data,
        description=form.content.data,
        uploads=uploads_in(form.files),
    )
    return url_for("customers.tickets.show", number=ticket.ticket_number)
