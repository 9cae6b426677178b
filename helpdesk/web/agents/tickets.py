"""A ticket's page, and opening one on behalf of somebody who called or came by."""

from flask import Blueprint, abort, g, render_template, request, url_for

from helpdesk.accounts.models import Team, User
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import assign, change_status, change_tags, open_ticket
from helpdesk.tickets.people import tickets_of
from helpdesk.tickets.policy import can_open, keeps_what_they_open
from helpdesk.web.agents.new_ticket_form import NewTicketForm
from helpdesk.web.agents.new_ticket_people import candidates, chosen_person, participants_of, requester_of
from helpdesk.web.agents.people_lookup import person_or_404
from helpdesk.web.agents.ticket_lists import OPEN_SHOWN, open_ones_of
from helpdesk.web.agents.ticket_page import show_ticket
from helpdesk.web.answers import Page, asked_by_htmx
from helpdesk.web.forms import uploads_in
from helpdesk.web.limits import limits

bp = Blueprint("tickets", __name__, url_prefix="/tickets")


@bp.get("/<number>")
def show(number: str) -> Page:
    """Parts of the page that are renewed after a deed, and pages fetched ahead, are not read by that."""
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    return show_ticket(number, is_read=not is_ahead and not asked_by_htmx())


@bp.get("/new")
def new() -> Page:
    if not can_open(g.agent):
        abort(403)
    form = NewTicketForm()
    if (person := _person_in_address()) is not None:
        form.person.data = str(person.id)
        form.requester.data = form.sought.data = written_as(person)
    return _page(form)


@bp.post("")
def create() -> Page:
    if not can_open(g.agent):
        abort(403)
    form = NewTicketForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with db.session.begin_nested():
            return form.once(lambda: _open(form))
    except Unwelcome as refusal:
        form.tell(refusal)
        return _page(form), refusal.status


def written_as(person: User) -> str:
    """A person as the field of the requester says who was chosen."""
    return f"{person.full_name} <{person.email}>" if person.full_name and person.email else person.name


def _person_in_address() -> User | None:
    person_id = request.args.get("person", type=int)
    return person_or_404(person_id) if person_id is not None else None


def _page(form: NewTicketForm) -> str:
    chosen, found = chosen_person(form), candidates(form)
    if found:
        form.sought.data, form.person.data = form.requester.data, ""
    same = open_ones_of(tickets_of(g.agent, chosen), most=OPEN_SHOWN) if chosen else None
    return render_template(
        "agents/tickets/new.html",
        form=form,
        limits=limits(),
        chosen=chosen,
        open_tickets=db.session.execute(same).all() if same is not None else [],
        candidates=found,
    )


def _open(form: NewTicketForm) -> str:
    """All of it or nothing: what a field may not say undoes the rest, the new people too."""
    requester, participants = requester_of(form), participants_of(form)
    ticket = open_ticket(
        requester=requester,
        by=g.agent,
        title=form.title.data,
        description=form.description.data,
        priority=form.priority.data,
        team=db.session.get(Team, form.team.data) if form.team.data else None,
        participants=participants,
        uploads=uploads_in(form.files),
        via=form.via.data,
    )
    if "status" in form:
        _set_going(ticket, form)
    elif keeps_what_they_open(g.agent):
        assign(ticket, to=g.agent, by=g.agent)
    return url_for("agents.tickets.show", number=ticket.ticket_number)


def _set_going(ticket: Ticket, form: NewTicketForm) -> None:
    """Who does it, what it is about in tags, and where it stands already."""
    if form.assignee.data:
        assign(ticket, to=db.session.get_one(User, form.assignee.data), by=g.agent)
    if names := [name for name in (form.tags.data or "").split(",") if name.strip()]:
        change_tags(ticket, add=names, by=g.agent)
    if form.status.data:
        change_status(ticket, to=form.status.data, by=g.agent)
