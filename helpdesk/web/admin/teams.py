"""Teams: all of them with who is in them and what is open, made and changed."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, g, render_template, url_for
from flask_babel import lazy_gettext as lazy
from sqlalchemy import Row, select
from wtforms import IntegerField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from helpdesk.accounts.choices import AGENT, agents_and_teams
from helpdesk.accounts.models import Team, User, team_members
from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.accounts.operations.naming import LONGEST_DESCRIPTION
from helpdesk.accounts.operations.teams import MOST_DAYS, change_members, change_team, create_team
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import among, db
from helpdesk.core.errors import Unwelcome
from helpdesk.web import doorway
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.sorted_lists import list_state
from helpdesk.web.admin.teams_list import team_or_404, teams_list
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import ChecksField
from helpdesk.web.forms import CreatingForm
from helpdesk.web.languages import gettext as _

bp = Blueprint("teams", __name__, url_prefix="/teams")
bp.before_request(needs(Permission.MANAGE_PEOPLE))

DAYS = lazy("Type a number of days from 0 to 3,650, or nothing.")


class DaysField(IntegerField):  # type: ignore[misc]  # WTForms comes without types
    """A number of days, or nothing; one sentence for whatever else is typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(DAYS) from error

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.data is not None and not 0 <= self.data <= MOST_DAYS:
            raise ValidationError(DAYS)


class TeamForm(CreatingForm):
    """What a team is, and who is in it."""

    name = StringField(lazy("Name"), [DataRequired(lazy("Give it a name.")), Length(max=LONGEST_NAME)])
    description = TextAreaField(lazy("Description"), [Length(max=LONGEST_DESCRIPTION)], render_kw={"rows": 2})
    reopen_days = DaysField(lazy("Days to reopen"), [Optional()])
    signature = TextAreaField(
        lazy("Signature of its mails"), [Length(max=LONGEST_DESCRIPTION)], render_kw={"rows": 2}
    )
    members = ChecksField(lazy("Members"), coerce=int)


@bp.get("")
def index() -> Page:
    return render_template("admin/teams/index.html", teams=teams_list(), state=list_state())


@bp.get("/new")
def new() -> Page:
    return _new(_offering(TeamForm()))


@bp.post("")
def create() -> Page:
    form = _offering(TeamForm())
    if not form.validate_on_submit() or not _is_accepted(form, lambda: form.once(lambda: _create(form))):
        return _new(form), 422
    return see_other("admin.teams.index", **list_state())


@bp.get(f"/<{ROW_ID}:team_id>")
def edit(team_id: int) -> Page:
    team = team_or_404(team_id)
    form = TeamForm(
        name=team.name,
        description=team.description,
        reopen_days=team.reopen_days,
        signature=team.signature,
        members=_members(team),
    )
    return _edit(team, _offering(form))


@bp.post(f"/<{ROW_ID}:team_id>")
def update(team_id: int) -> Page:
    team, form = team_or_404(team_id), _offering(TeamForm())
    if not form.validate_on_submit() or not _is_accepted(form, lambda: _update(team, form)):
        return _edit(team, form), 422
    flash(_("Saved."))
    return see_other("admin.teams.edit", team_id=team_id, **list_state())


def _create(form: TeamForm) -> str:
    team = create_team(
        name=form.name.data,
        description=form.description.data or "",
        reopen_days=form.reopen_days.data,
        signature=form.signature.data or "",
        by=g.agent,
    )
    change_members(team, add=_people(form.members.data), by=g.agent)
    flash(_("The team is ready: tickets can be given to it."))
    return url_for("admin.teams.index")


def _update(team: Team, form: TeamForm) -> None:
    change_team(
        team,
        name=form.name.data,
        description=form.description.data or "",
        reopen_days=form.reopen_days.data,
        signature=form.signature.data or "",
        by=g.agent,
    )
    # who is not offered, such as somebody deactivated, is neither added nor removed
    offered = {each.value for each in form.members.choices}
    wanted, has = set(form.members.data), set(_members(team))
    change_members(team, add=_people(wanted - has), remove=_people((has & offered) - wanted), by=g.agent)


def _members(team: Team) -> list[int]:
    return list(db.session.scalars(select(team_members.c.user_id).where(team_members.c.team_id == team.id)))


def _people(ids: Any) -> Sequence[User]:
    return db.session.scalars(select(User).where(among(User.id, ids)).order_by(User.id)).all() if ids else []


def _offering(form: TeamForm) -> TeamForm:
    """With everybody who can be in a team."""
    found: Sequence[Row[Any]] = db.session.execute(agents_and_teams()).all()
    form.members.choices = [SelectChoice(each.id, each.name) for each in found if each.kind == AGENT]
    return form


def _is_accepted(form: TeamForm, deed: Callable[[], object]) -> bool:
    """Whether it was done; if not, the form says beside the name why."""
    try:
        with db.session.begin_nested():
            deed()
    except Unwelcome as refusal:
        form.name.errors = [_(refusal.sentence)]
        return False
    return True


def _new(form: TeamForm) -> str:
    return render_template(
        "admin/teams/new.html", teams=teams_list(), state=list_state(), form=form, desk_days=_desk_days()
    )


def _edit(team: Team, form: TeamForm) -> str:
    return render_template(
        "admin/teams/edit.html",
        teams=teams_list(),
        state=list_state(),
        form=form,
        team=team,
        desk_days=_desk_days(),
    )


def _desk_days() -> int:
    return doorway.desk().reopen_days
