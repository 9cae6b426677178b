"""One person beside the list: what there is to know, and how a deed with them is done."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, g, render_template, url_for
from flask_babel import lazy_gettext as lazy
from sqlalchemy import ColumnElement, Row
from wtforms import EmailField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from helpdesk.accounts import policy, queries
from helpdesk.accounts.models import User
from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.identity.policy import can_impersonate, can_remove_factors
from helpdesk.identity.queries import has_second_factor
from helpdesk.web.admin.people_choices import choices
from helpdesk.web.admin.people_list import list_state, more_columns, people_list
from helpdesk.web.admin.role_choices import CUSTOMER, offer_roles
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import ChecksField
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _

LONGEST_ADDRESS = 320


class PersonForm(Form):
    """What somebody is called and is, and in which teams. `offers_teams` says that the teams were there to tick."""

    full_name = StringField(lazy("Name"), [Length(max=LONGEST_NAME)])
    role = RadioField(lazy("Role"))
    teams = ChecksField(lazy("Teams"), coerce=int)

    def offer(self, person: User) -> dict[str, str]:
        """Put roles and teams into the fields. Returns what each role permits."""
        self.teams.choices = [SelectChoice(team_id, name) for team_id, name in choices().teams]
        return dict(offer_roles(self.role, beside=person.role_id))


class AddressForm(Form):
    """One more address."""

    email = EmailField(lazy("Another address"), [Length(max=LONGEST_ADDRESS)])


def person_or_404(person_id: int) -> User:
    """Anybody but the system, for a deed."""
    person = db.session.get(User, person_id)
    if person is None or person.is_system:
        abort(404)
    return person


def person_row(person_id: int, *more: ColumnElement[Any]) -> Row[Any]:
    """Everything the page says about somebody, and more, in one statement; `User` is the object for the policy."""
    wanted = queries.people().where(User.id == person_id)
    columns = (queries.addresses().label("addresses"), *more_columns(), *more, User)
    found = db.session.execute(queries.listed(wanted, *columns)).one_or_none()
    if found is None:
        abort(404)
    return found


def show_person(
    person_id: int, *, alert: str = "", form: PersonForm | None = None, address: AddressForm | None = None
) -> str:
    """The list with somebody beside it; `alert` says why a deed was refused, the forms are those that were sent."""
    row = person_row(person_id, has_second_factor(User.id).label("has_second_factor"))
    if form is None:
        role = CUSTOMER if row.User.role_id is None else str(row.User.role_id)
        form = PersonForm(formdata=None, full_name=row.full_name, role=role, teams=row.User.team_ids)
    people = people_list()
    return render_template(
        "admin/people/show.html",
        people=people,
        state=list_state(),
        row=row,
        form=form,
        hints=form.offer(row.User),
        address_form=address or AddressForm(formdata=None),
        alert=alert,
        may=what_may_be_done(row),
        may_remove_factors=row.has_second_factor and can_remove_factors(g.agent, row.User),
        traces=_traces(person_id),
    )


def _traces(person_id: int) -> dict[str, str]:
    """Where the audit trail tells of somebody, for whoever may read it."""
    if not g.agent.may(Permission.READ_AUDIT):
        return {}
    return {
        "by": url_for("admin.audit.index", person=person_id),
        "of": url_for("admin.audit.index", kind="users", object=person_id),
    }


def what_may_be_done(row: Row[Any]) -> dict[str, bool]:
    """Which deeds the page offers with this person."""
    person: User = row.User
    return {
        "change_role": policy.can_change_role(g.agent, person),
        "invite_again": policy.can_invite_again(g.agent, person) and not row.is_confirmed,
        "deactivate": policy.can_deactivate(g.agent, person),
        "activate": policy.can_activate(g.agent, person),
        "erase": policy.can_erase(g.agent, person),
        "keep_addresses": policy.can_keep_addresses(g.agent, person),
        "belong": policy.can_change_role(g.agent, person) and not person.is_staff,
        "impersonate": can_impersonate(g.agent, person),
        "merge": policy.can_merge_people(g.agent) and policy.is_touchable(person) and not person.is_staff,
    }


def do(person_id: int, deed: Callable[[User], object], *, done: str, form: PersonForm | None = None) -> Page:
    """Do it and say so beside the list; refused, the page says why and nothing of the deed stays."""
    person = person_or_404(person_id)
    try:
        with db.session.begin_nested():
            deed(person)
    except Unwelcome as refusal:
        return show_person(person_id, alert=_(refusal.sentence), form=form), refusal.status
    flash(done)
    return see_other("admin.people.show", person_id=person_id, **list_state())
