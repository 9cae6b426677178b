"""One person beside the list: what there is to know, and how a deed with them is done."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, g, render_template, url_for
from flask_babel import lazy_gettext as lazy
from sqlalchemy import Row
from wtforms import RadioField

from helpdesk.accounts import policy, queries
from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.web.admin.people_list import list_state, more_columns, people_list
from helpdesk.web.admin.role_choices import CUSTOMER, offer_roles
from helpdesk.web.answers import Page, see_other
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _


class RoleForm(Form):
    """What somebody is."""

    role = RadioField(lazy("Role"))


def person_or_404(person_id: int) -> User:
    """Anybody but the system, for a deed."""
    found: User = db.one_or_404(queries.people().where(User.id == person_id))
    return found


def person_row(person_id: int) -> Row[Any]:
    """Everything the page says about somebody, in one statement; `User` is the object for the policy."""
    wanted = queries.people().where(User.id == person_id)
    columns = (queries.addresses().label("addresses"), *more_columns(), User)
    found = db.session.execute(queries.listed(wanted, *columns)).one_or_none()
    if found is None:
        abort(404)
    return found


def show_person(person_id: int, *, alert: str = "") -> str:
    """The list with somebody beside it; `alert` says why a deed was refused."""
    row = person_row(person_id)
    form = RoleForm(formdata=None, role=CUSTOMER if row.User.role_id is None else str(row.User.role_id))
    hints = offer_roles(form.role, beside=row.User.role_id)
    return render_template(
        "admin/people/show.html",
        people=people_list(),
        state=list_state(),
        row=row,
        form=form,
        hints=hints,
        alert=alert,
        may=what_may_be_done(row),
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
    return {
        "change_role": policy.can_change_role(g.agent, row.User),
        "invite_again": policy.can_invite_again(g.agent, row.User) and not row.is_confirmed,
        "deactivate": policy.can_deactivate(g.agent, row.User),
        "activate": policy.can_activate(g.agent, row.User),
    }


def do(person_id: int, deed: Callable[[User], object], *, done: str) -> Page:
    """Do it and say so beside the list; refused, the page says why and nothing of the deed stays."""
    person = person_or_404(person_id)
    try:
        with db.session.begin_nested():
            deed(person)
    except Unwelcome as refusal:
        return show_person(person_id, alert=_(refusal.sentence)), refusal.status
    flash(done)
    return see_other("admin.people.show", person_id=person_id, **list_state())
