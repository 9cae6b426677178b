"""The security page: what is weak, who has no second factor, who failed to sign in, whether the trail is sealed."""

from flask import Blueprint, render_template

from helpdesk.accounts.permissions import Permission
from helpdesk.web import doorway
from helpdesk.web.admin.doors import needs
from helpdesk.web.admin.security_facts import counts, failures, unproven
from helpdesk.web.admin.security_findings import findings
from helpdesk.web.answers import Page

bp = Blueprint("security", __name__, url_prefix="/security")
bp.before_request(needs(Permission.MANAGE_DESK))
bp.before_request(needs(Permission.MANAGE_PEOPLE))


@bp.get("")
def show() -> Page:
    desk, counted = doorway.desk(), counts()
    return render_template(
        "admin/security/show.html",
        findings=findings(desk, counted),
        counts=counted,
        unproven=unproven(),
        failures=failures(),
        records_sign_ins=desk.records_sign_ins,
    )
