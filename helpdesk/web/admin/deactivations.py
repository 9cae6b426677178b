"""Taking somebody's right to sign in away: first what will happen, then the deed."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, g, render_template
from flask_babel import lazy_gettext as lazy
from sqlalchemy import Row, func
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from helpdesk.accounts import policy
from helpdesk.accounts.choices import AGENT, agents_and_teams
from helpdesk.accounts.models import User
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.tickets.operations.handing_over import open_tickets_of
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.people_list import list_state, people_list
from helpdesk.web.admin.person import do, person_or_404, person_row
from helpdesk.web.answers import Page
from helpdesk.web.forms import Form
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext

bp = Blueprint("deactivations", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/deactivation")
bp.before_request(needs(Permission.MANAGE_PEOPLE))

NOBODY = ""


class DeactivationForm(Form):
    """Who goes on with the open tickets."""

    tickets_to = SelectField(lazy("Their open tickets go to"), default=NOBODY)


@bp.get("/new")
@needs_fresh_proof
def new(person_id: int) -> Page:
    handing_over = open_tickets_of(User).with_only_columns(func.count()).correlate(User).scalar_subquery()
    row = person_row(person_id, handing_over.label("handing_over"))
    if not policy.can_deactivate(g.agent, row.User):
        abort(403)
    return render_template(
        "admin/people/deactivate.html",
        people=people_list(),
        state=list_state(),
        row=row,
        form=_form(person_id),
    )


@bp.post("")
@needs_fresh_proof
def create(person_id: int) -> Page:
    form = _form(person_id)
    if not form.validate_on_submit():
        abort(422)
    heir = db.session.get_one(User, int(form.tickets_to.data)) if form.tickets_to.data else None
    return do(
        person_id,
        lambda person: deactivate(person, by=g.agent, tickets_to=heir),
        done=_done(_handing_over(person_or_404(person_id)), heir),
    )


def _handing_over(person: User) -> int:
    """How many open tickets go to somebody else."""
    return db.session.scalar(open_tickets_of(person).with_only_columns(func.count())) or 0


def _done(count: int, heir: User | None) -> str:
    words = _("Deactivated. They are signed out everywhere.")
    if not count:
        return words
    if heir is None:
        handed = ngettext("%(num)d ticket is unassigned now.", "%(num)d tickets are unassigned now.", count)
    else:
        name = heir.name
        handed = ngettext(
            "%(name)s has %(num)d more ticket.", "%(name)s has %(num)d more tickets.", count, name=name
        )
    return f"{words} {handed}"


def _form(person_id: int) -> DeactivationForm:
    form = DeactivationForm()
    agents: Sequence[Row[Any]] = db.session.execute(agents_and_teams()).all()
    form.tickets_to.choices = [
        SelectChoice(NOBODY, _("Nobody: back to the unassigned")),
        *(
            SelectChoice(str(each.id), each.name)
            for each in agents
            if each.kind == AGENT and each.id != person_id
        ),
    ]
    return form
