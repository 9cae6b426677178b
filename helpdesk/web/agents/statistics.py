"""Statistics: how the desk is doing, each number with the tickets behind it, and each table to take along."""

from flask import Blueprint, abort, g, render_template

from helpdesk.accounts.permissions import Permission
from helpdesk.web import guards
from helpdesk.web.access import take_along
from helpdesk.web.agents.statistics_page import page_of, table_of
from helpdesk.web.agents.statistics_query import asked
from helpdesk.web.agents.statistics_tables import TABLES
from helpdesk.web.answers import Page
from helpdesk.web.csv_files import csv_answer

bp = Blueprint("statistics", __name__, url_prefix="/statistics")


@bp.before_request
def let_in_who_sees_all() -> None:
    """Numbers of tickets somebody may not see would tell of them."""
    guards.require(g.agent, Permission.SEE_EVERY_TICKET)


@bp.get("")
def show() -> Page:
    wanted = asked()
    return render_template("agents/statistics/show.html", page=page_of(wanted)), 422 if wanted.error else 200


@bp.get("/<name>.csv")
def table(name: str) -> Page:
    wanted = asked()
    if name not in TABLES or wanted.error:
        abort(404)
    found = table_of(wanted, name)
    filename = f"{name}-{wanted.period.first}-{wanted.period.last}.csv"
    take_along(g.agent, filename)
    return csv_answer(filename, found.columns, found.lines())
