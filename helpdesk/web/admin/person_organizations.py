"""Choosing the organization somebody belongs to."""

from flask import Blueprint, abort, g, render_template, request

from helpdesk.accounts import policy
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.organizations_list import found_organizations
from helpdesk.web.admin.people_list import list_state, people_list
from helpdesk.web.admin.person import person_row
from helpdesk.web.answers import Page

bp = Blueprint("person_organizations", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/organization")
bp.before_request(needs(Permission.MANAGE_PEOPLE))

MOST_FOUND = 20


@bp.get("/new")
def new(person_id: int) -> Page:
    row = person_row(person_id)
    if not policy.can_change_role(g.agent, row.User) or row.is_staff:
        abort(403)
    words = one_line(request.args.get("words", ""))
    found = db.session.execute(found_organizations(words, most=MOST_FOUND)).all()
    return render_template(
        "admin/people/organization.html",
        people=people_list(),
        state=list_state(),
        row=row,
        words=words,
        found=[each for each in found if each.id != row.User.organization_id],
    )
