"""The bin: deleted tickets, last deleted first."""

from typing import Any

from flask import Blueprint, g, render_template, request
from sqlalchemy import Select

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.core.pagination import Key, keyset_page
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import deleted_for, name_of
from helpdesk.web import guards
from helpdesk.web.agents.bulk_bar import bulk_bar
from helpdesk.web.agents.bulk_selection import BIN, selection_of
from helpdesk.web.answers import Page

bp = Blueprint("deleted_tickets", __name__, url_prefix="/bin")

PAGE_SIZE = 50
LATEST_FIRST = (Key(Ticket.deleted_at, descending=True), Key(Ticket.id, descending=True))


@bp.get("")
def index() -> Page:
    guards.require(g.agent, Permission.DELETE_TICKETS)
    marks = {name: request.args.get(name) for name in ("after", "before")}
    page = keyset_page(_rows(g.agent), LATEST_FIRST, size=PAGE_SIZE, **marks)
    count = None if page.after or page.before else len(page.rows)
    bar = bulk_bar(selection_of(BIN), shown=len(page.rows), matching=count)
    return render_template("agents/deleted_tickets/index.html", page=page, bulk=bar)


def _rows(agent: User) -> Select[*tuple[Any, ...]]:
    return deleted_for(agent).with_only_columns(
        Ticket.ticket_number,
        Ticket.title,
        Ticket.status,
        Ticket.deleted_at,
        name_of(Ticket.requester_id).label("requester"),
    )
