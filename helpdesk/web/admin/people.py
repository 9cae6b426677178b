"""People: everybody there is, one of them beside the list, and asking more of them in."""

from collections.abc import Mapping

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import lazy_gettext as lazy
from sqlalchemy import select
from wtforms import EmailField, Field, RadioField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from helpdesk.accounts.addresses import NotAnAddress, clean_email
from helpdesk.accounts.models import Role, Team, User
from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.accounts.operations.changing_roles import change_role
from helpdesk.accounts.operations.inviting import invite
from helpdesk.accounts.operations.registering import AddressTaken
from helpdesk.accounts.operations.renaming import rename_person
from helpdesk.accounts.operations.teams import put_into_teams
from helpdesk.accounts.permissions import Permission
from helpdesk.accounts.reserved import Reserved
from helpdesk.core.db import db
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.people_list import list_state, people_list
from helpdesk.web.admin.person import LONGEST_ADDRESS, PersonForm, do, person_or_404, show_person
from helpdesk.web.admin.role_choices import CUSTOMER, chosen_role, offer_roles
from helpdesk.web.answers import Page
from helpdesk.web.forms import CreatingForm
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("people", __name__, url_prefix="/people")
bp.before_request(needs(Permission.MANAGE_PEOPLE))

OFFERS_TEAMS = "offers_teams"
"""Sent where the teams were there to tick: else nothing ticked would mean none."""


class InvitationForm(CreatingForm):
    """Whom to ask in, as what."""

    email = EmailField(
        lazy("E-mail"), [DataRequired(lazy("Type the address to invite.")), Length(max=LONGEST_ADDRESS)]
    )
    full_name = StringField(lazy("Name"), [Length(max=LONGEST_NAME)])
    role = RadioField(lazy("Role"), default=CUSTOMER)

    def validate_email(self, field: Field) -> None:
        try:
            clean_email(field.data)
        except NotAnAddress as error:
            raise ValidationError(
                _("This is not an e-mail address. It looks like name@example.com.")
            ) from error


@bp.get("")
def index() -> Page:
    return render_template("admin/people/index.html", people=people_list(), state=list_state())


@bp.get("/new")
@needs_fresh_proof
def new() -> Page:
    form = InvitationForm()
    return _form(form, offer_roles(form.role))


@bp.post("")
@needs_fresh_proof
def create() -> Page:
    form = InvitationForm()
    hints = offer_roles(form.role)
    if not form.validate_on_submit():
        return _form(form, hints), 422
    try:
        return form.once(lambda: _invite(form))
    except AddressTaken as taken:
        form.email.errors = [_(taken.sentence)]
        return _form(form, hints, taken=form.email.data), 422
    except Reserved as ours:
        form.email.errors = [_(ours.sentence)]
        return _form(form, hints), 422


@bp.get(f"/<{ROW_ID}:person_id>")
def show(person_id: int) -> Page:
    return show_person(person_id)


@bp.post(f"/<{ROW_ID}:person_id>")
@needs_fresh_proof
def update(person_id: int) -> Page:
    """Name, role and teams at once: all of it is saved, or nothing."""
    person, form = person_or_404(person_id), PersonForm()
    form.offer(person)
    if not form.validate_on_submit():
        alert = _("Choose a role.") if form.role.errors else ""
        return show_person(person_id, form=form, alert=alert), 422
    to = chosen_role(form.role)
    is_new_role = (to.id if to else None) != person.role_id
    name, role = form.full_name.data or person.name, to.name if to else _("Customer")
    return do(
        person_id,
        lambda person: _update(person, form, to),
        done=_("%(name)s is %(role)s now.", name=name, role=role) if is_new_role else _("Saved."),
        form=form,
    )


def _update(person: User, form: PersonForm, to: Role | None) -> None:
    if form.full_name.raw_data:
        rename_person(person, full_name=form.full_name.data, by=g.agent)
    change_role(person, to=to, by=g.agent)
    if OFFERS_TEAMS in request.form and person.is_staff:
        chosen = db.session.scalars(select(Team).where(Team.id.in_(form.teams.data))).all()
        put_into_teams(person, teams=chosen, by=g.agent)


def _invite(form: InvitationForm) -> str:
    role = chosen_role(form.role)
    person = invite(email=form.email.data, full_name=form.full_name.data or "", role=role, by=g.agent)
    db.session.flush()
    return url_for("admin.people.show", person_id=person.id)


def _form(form: InvitationForm, hints: Mapping[str, str], *, taken: str = "") -> str:
    """`taken` is an address somebody has: the page leads to them."""
    return render_template(
        "admin/people/new.html",
        people=people_list(),
        state=list_state(),
        form=form,
        hints=hints,
        taken=taken,
    )
