"""Erasing somebody: what goes and what stays, then the deed."""

from flask import Blueprint, abort, flash, g, render_template
from sqlalchemy import func, select

from helpdesk.accounts import policy
from helpdesk.accounts.models import User
from helpdesk.accounts.operations.anonymising import anonymise
from helpdesk.accounts.permissions import Permission
from helpdesk.tickets.models import Comment, Ticket
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.people_list import list_state, people_list
from helpdesk.web.admin.person import person_or_404, person_row
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import TypedConfirmationField
from helpdesk.web.forms import Form
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("person_erasures", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/erasure")
bp.before_request(needs(Permission.MANAGE_PEOPLE))


class ErasureForm(Form):
    """The name of who is erased."""

    typed = TypedConfirmationField()


@bp.get("/new")
@needs_fresh_proof
def new(person_id: int) -> Page:
    return _question(person_id, ErasureForm())


@bp.post("")
@needs_fresh_proof
def create(person_id: int) -> Page:
    person, form = person_or_404(person_id), ErasureForm()
    if not policy.can_erase(g.agent, person):
        abort(403)
    form.typed.expected = person.name
    if not form.validate_on_submit():
        return _question(person_id, form), 422
    anonymise(person, by=g.agent)
    flash(_("Erased. What they wrote stays, under no name."))
    return see_other("admin.people.index", **list_state())


def _question(person_id: int, form: ErasureForm) -> str:
    asked = select(func.count()).where(Ticket.requester_id == User.id).correlate(User)
    wrote = select(func.count()).where(Comment.author_id == User.id).correlate(User)
    counts = (asked.scalar_subquery().label("tickets"), wrote.scalar_subquery().label("messages"))
    row = person_row(person_id, *counts)
    if not policy.can_erase(g.agent, row.User):
        abort(403)
    form.typed.expected = row.User.name
    return render_template(
        "admin/people/erase.html",
        people=people_list(),
        state=list_state(),
        row=row,
        form=form,
    )
