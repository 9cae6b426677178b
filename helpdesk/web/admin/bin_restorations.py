"""Taking tickets out of the bin, one or many, as they were."""

from flask import Blueprint, flash, g, redirect, request

from helpdesk.accounts.permissions import Permission
from helpdesk.tickets.operations.bulk import restore_all
from helpdesk.web.admin.bin_selection import selection_in
from helpdesk.web.admin.doors import needs
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext

bp = Blueprint("bin_restorations", __name__, url_prefix="/bin/restorations")
bp.before_request(needs(Permission.MANAGE_DESK))
bp.before_request(needs(Permission.DELETE_TICKETS))


@bp.post("")
def create() -> Page:
    selection = selection_in(request.form)
    count = len(restore_all(selection.tickets, by=g.agent).changed)
    if count:
        flash(
            ngettext("%(num)d ticket is back, as it was.", "%(num)d tickets are back, as they were.", count)
        )
    elif selection.fields:
        flash(_("Nothing to restore: somebody was faster."), "warning")
    else:
        flash(_("Tick tickets first, then choose what to do with them."), "warning")
    return redirect(selection.list_url, code=303)
