"""Another invitation for somebody who has not accepted the first."""

from flask import Blueprint, g

from helpdesk.accounts.operations.inviting import invite_again
from helpdesk.accounts.permissions import Permission
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.person import do
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("invitations", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/invitations")
bp.before_request(needs(Permission.MANAGE_PEOPLE))


@bp.post("")
def create(person_id: int) -> Page:
    return do(
        person_id,
        lambda person: invite_again(person, by=g.agent),
        done=_("Another invitation is on its way."),
    )
