"""The role somebody has."""

from flask import Blueprint, g

from helpdesk.accounts.operations.changing_roles import change_role
from helpdesk.accounts.permissions import Permission
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.person import RoleForm, do, person_or_404, show_person
from helpdesk.web.admin.role_choices import chosen_role, offer_roles
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("held_roles", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/role")
bp.before_request(needs(Permission.MANAGE_PEOPLE))


@bp.post("")
def update(person_id: int) -> Page:
    person, form = person_or_404(person_id), RoleForm()
    offer_roles(form.role, beside=person.role_id)
    if not form.validate_on_submit():
        return show_person(person_id, alert=_("Choose a role.")), 422
    to = chosen_role(form.role)
    return do(
        person_id,
        lambda person: change_role(person, to=to, by=g.agent),
        done=_("%(name)s is %(role)s now.", name=person.name, role=to.name if to else _("Customer")),
    )
