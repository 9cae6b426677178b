"""Why somebody may do something, or may not: answered by the policy itself, with and without a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, g, render_template, request
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from helpdesk.accounts import abilities as of_people
from helpdesk.accounts.abilities import Verdict, ask
from helpdesk.accounts.models import Role, User
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.tickets import abilities as of_tickets
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import numbered, tickets_for
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.rights_words import ABILITY_WORDS, reason, reason_of_sight
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("rights", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/rights")
bp.before_request(needs(Permission.MANAGE_PEOPLE))

LONGEST_NUMBER = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One ability: whether the person has it, and why."""

    what: LazyString | str
    may: bool
    why: str


@bp.get("")
def show(person_id: int) -> Page:
    """`ticket` is the number of one that the reader sees too."""
    person, role = _with_role(person_id)
    asked = one_line(request.args.get("ticket", ""))[:LONGEST_NUMBER]
    ticket = db.session.scalar(numbered(tickets_for(g.agent), asked)) if asked else None
    page = render_template(
        "admin/rights/show.html",
        person=person,
        role=role,
        asked=asked,
        ticket=ticket,
        error=_("There is no such ticket, or none that you see.") if asked and ticket is None else "",
        at_all=[
            _line(ask(each, person), person, role) for each in (*of_tickets.ABILITIES, *of_people.ABILITIES)
        ],
        with_it=_with(ticket, person, role) if ticket is not None else [],
    )
    return page, 404 if asked and ticket is None else 200


def _with_role(person_id: int) -> tuple[User, str]:
    """The person and what their role is called; customers have none."""
    found = db.session.execute(
        select(User, Role.name).outerjoin(User.role).where(User.id == person_id, ~User.is_system)
    ).one_or_none()
    if found is None:
        abort(404)
    return found.User, found.name or ""


def _with(ticket: Ticket, person: User, role: str) -> Sequence[Line]:
    row = db.session.execute(of_tickets.why_seen(person, ticket)).one()._mapping
    sees = bool(row[of_tickets.SEES])
    sight = Line(_("See the ticket"), sees, reason_of_sight(person, role, of_tickets.held(row)))
    if not sees:
        return [sight]
    return [sight, *(_line(ask(each, person, ticket), person, role) for each in of_tickets.ABILITIES_WITH)]


def _line(verdict: Verdict, person: User, role: str) -> Line:
    return Line(ABILITY_WORDS[verdict.ability], verdict.may, reason(verdict, person, role))
