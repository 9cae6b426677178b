"""A ticket's page, and opening one on behalf of somebody who called or came by."""

from flask import Blueprint, abort, g, render_template, request, url_for
from flask_babel import lazy_gettext as _
from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from helpdesk.accounts.addresses import NotAnAddress
from helpdesk.accounts.models import Team
from helpdesk.accounts.names import BadName
from helpdesk.accounts.operations.finding import person_with_address
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import TicketPriority
from helpdesk.tickets.operations import open_ticket
from helpdesk.tickets.operations.opening import LONGEST_TITLE, BadTitle
from helpdesk.tickets.operations.writing import LONGEST_COMMENT, NothingWritten
from helpdesk.tickets.policy import can_open
from helpdesk.web.agents.properties_form import id_or_none, people_options
from helpdesk.web.agents.ticket_page import show_ticket
from helpdesk.web.agents.writing import FilesForm
from helpdesk.web.answers import Page
from helpdesk.web.filters import label
from helpdesk.web.forms import uploads_in
from helpdesk.web.languages import gettext
from helpdesk.web.limits import limits

bp = Blueprint("tickets", __name__, url_prefix="/tickets")


class NewTicketForm(FilesForm):
    requester = EmailField(
        _("Requester's e-mail"), [DataRequired(_("Whose ticket is it? Type an e-mail address."))]
    )
    name = StringField(_("Requester's name"), [Optional(), Length(max=200)])
    title = StringField(
        _("Title"),
        [
            DataRequired(_("Give it a title: a few words that say what it is about.")),
            Length(max=LONGEST_TITLE),
        ],
    )
    description = TextAreaField(
        _("Description"),
        [DataRequired(_("Write what it is about, as the requester told it.")), Length(max=LONGEST_COMMENT)],
    )
    priority = SelectField(_("Priority"), coerce=TicketPriority, default=TicketPriority.MEDIUM)
    team = SelectField(_("Team"), coerce=id_or_none)

    def __init__(self) -> None:
        super().__init__()
        self.priority.choices = [(each, label(each)) for each in TicketPriority]
        self.team.choices = _teams()

    def tell(self, refusal: Unwelcome) -> None:
        """Show what an operation would not do at the field it is about."""
        fields = {
            NotAnAddress: self.requester,
            BadName: self.name,
            BadTitle: self.title,
            NothingWritten: self.description,
        }
        fields.get(type(refusal), self.files).errors = [gettext(refusal.sentence)]


def _teams() -> list[tuple[str, str]]:
    """An agent who sees only their teams' tickets opens them there: they would lose sight of any other."""
    _agents, teams = people_options()
    if g.agent.may(Permission.SEE_EVERY_TICKET):
        return [("", gettext("No team")), *teams]
    return [(value, name) for value, name in teams if int(value) in g.agent.team_ids]


@bp.get("/<number>")
def show(number: str) -> Page:
    return show_ticket(number, is_read="prefetch" not in request.headers.get("Sec-Purpose", ""))


@bp.get("/new")
def new() -> Page:
    if not can_open(g.agent):
        abort(403)
    return _page(NewTicketForm())


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


def _page(form: NewTicketForm) -> str:
    return render_template("agents/tickets/new.html", form=form, limits=limits())


def _open(form: NewTicketForm) -> str:
    ticket = open_ticket(
        requester=person_with_address(form.requester.data, name=form.name.data or ""),
        by=g.agent,
        title=form.title.data,
        description=form.description.data,
        priority=form.priority.data,
        team=db.session.get(Team, form.team.data) if form.team.data else None,
        uploads=uploads_in(form.files),
    )
    return url_for("agents.tickets.show", number=ticket.ticket_number)
