"""Taking away the second factors of somebody who lost them: first what will happen, then the deed."""

from flask import Blueprint, abort, g, render_template

from helpdesk.accounts.permissions import Permission
from helpdesk.identity.operations.second_factors import remove_factors
from helpdesk.identity.policy import can_remove_factors
from helpdesk.identity.queries import factors_of
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.people_list import list_state, people_list
from helpdesk.web.admin.person import do, person_or_404, person_row
from helpdesk.web.answers import Page
from helpdesk.web.fresh_proof import ask_for_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("person_factors", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/second-factors/removal")
bp.before_request(needs(Permission.MANAGE_PEOPLE))
bp.before_request(ask_for_proof)


@bp.get("/new")
def new(person_id: int) -> Page:
    row = person_row(person_id)
    if not can_remove_factors(g.agent, row.User):
        abort(403)
    return render_template(
        "admin/people/remove_factors.html",
        people=people_list(),
        state=list_state(),
        row=row,
        factors=factors_of(row.User),
    )


@bp.post("")
def create(person_id: int) -> Page:
    if not can_remove_factors(g.agent, person_or_404(person_id)):
        abort(403)
    return do(
        person_id,
        lambda person: remove_factors(person, by=g.agent),
        done=_("Their second factors are removed. They are signed out everywhere, and told by mail."),
    )
