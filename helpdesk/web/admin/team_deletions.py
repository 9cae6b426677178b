"""Dissolving a team: first what becomes of its tickets, then the deed."""

from flask import Blueprint, flash, g, render_template
from flask_babel import lazy_gettext as lazy
from sqlalchemy import func, select
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from helpdesk.accounts.models import Team
from helpdesk.accounts.operations.teams import dissolve_team
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.handing_over import open_tickets_of_team
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.sorted_lists import list_state
from helpdesk.web.admin.teams_list import other_teams, team_or_404, teams_list
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import TypedConfirmationField
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _

bp = Blueprint("team_deletions", __name__, url_prefix=f"/teams/<{ROW_ID}:team_id>/deletion")
bp.before_request(needs(Permission.MANAGE_PEOPLE))

NO_TEAM = ""


class DeletionForm(Form):
    """Who goes on with the open tickets, and the name of the team that goes."""

    tickets_to = SelectField(lazy("Its open tickets go to"), default=NO_TEAM)
    typed = TypedConfirmationField()


@bp.get("/new")
def new(team_id: int) -> Page:
    team = team_or_404(team_id)
    return _question(team, _form(team))


@bp.post("")
def create(team_id: int) -> Page:
    team = team_or_404(team_id)
    form, name = _form(team), team.name
    if not form.validate_on_submit():
        return _question(team, form), 422
    heir = db.session.get_one(Team, int(form.tickets_to.data)) if form.tickets_to.data else None
    dissolve_team(team, tickets_to=heir, by=g.agent)
    flash(_("%(name)s is no more.", name=name))
    return see_other("admin.teams.index", **list_state())


def _form(team: Team) -> DeletionForm:
    form = DeletionForm()
    form.typed.expected = team.name
    form.tickets_to.choices = [
        SelectChoice(NO_TEAM, _("No team")),
        *(SelectChoice(str(each.id), each.name) for each in db.session.execute(other_teams(team))),
    ]
    return form


def _question(team: Team, form: DeletionForm) -> str:
    opened = open_tickets_of_team(team).with_only_columns(func.count()).scalar_subquery()
    settled = select(func.count()).where(Ticket.team_id == team.id, ~Ticket.is_open).scalar_subquery()
    row = db.session.execute(select(opened.label("open_count"), settled.label("settled"))).one()
    return render_template(
        "admin/teams/delete.html", teams=teams_list(), state=list_state(), team=team, form=form, will=row
    )
