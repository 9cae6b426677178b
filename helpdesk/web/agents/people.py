"""People an agent may know of: everybody, found by name, address or organization; and one of them."""

from flask import Blueprint, g, render_template, request

from helpdesk.core.db import db
from helpdesk.tickets.people import tickets_of
from helpdesk.web.agents.people_list import matches, people_list
from helpdesk.web.agents.people_lookup import ROW_ID, person_or_404, who_they_became
from helpdesk.web.agents.person_page import page_about, row_of
from helpdesk.web.agents.ticket_lists import OPEN_SHOWN, open_ones_of
from helpdesk.web.answers import Page

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("")
def index() -> Page:
    return render_template("agents/people/index.html", people=people_list())


@bp.get(f"/<{ROW_ID}:person_id>")
def show(person_id: int) -> Page:
    row = row_of(person_id)
    return page_about(row) if row is not None else who_they_became(person_id)


@bp.get("/matches")
def match() -> Page:
    """The options below a field in which somebody types whom they mean."""
    words = request.args.get("q", "")
    return render_template("agents/people/_matches.html", people=matches(words) if words.strip() else [])


@bp.get(f"/<{ROW_ID}:person_id>/open-tickets")
def open_tickets(person_id: int) -> Page:
    """What may be the same matter, for who is about to open another ticket."""
    person = person_or_404(person_id)
    found = db.session.execute(open_ones_of(tickets_of(g.agent, person), most=OPEN_SHOWN)).all()
    return render_template("agents/people/_open_tickets.html", chosen=person, open_tickets=found)
