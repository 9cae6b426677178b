"""The way back for somebody who was deactivated."""

from flask import Blueprint, g

from helpdesk.accounts.operations.deactivating import activate
from helpdesk.accounts.permissions import Permission
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.person import do
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("activations", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/activation")
bp.before_request(needs(Permission.MANAGE_PEOPLE))


@bp.post("")
def create(person_id: int) -> Page:
    return do(person_id, lambda person: activate(person, by=g.agent), done=_("The account is active again."))
