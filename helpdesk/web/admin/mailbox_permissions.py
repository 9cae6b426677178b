"""Asking a mail provider for permission (OAuth 2): the way to its page, and the way back with a code."""

from flask import Blueprint, abort, flash, render_template, request, session, url_for

from helpdesk.accounts.permissions import Permission
from helpdesk.core.errors import Unwelcome
from helpdesk.mail.doors.oauth import ask_for_consent, exchange
from helpdesk.mail.links import base_url
from helpdesk.mail.models import Mailbox, SignIn
from helpdesk.web import doorway
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.mailboxes_list import mailbox_or_404
from helpdesk.web.answers import Page, see_other
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("mailbox_permissions", __name__, url_prefix="/mailboxes")
bp.before_request(needs(Permission.MANAGE_DESK))

ASKED = "mailbox_permission"
"""In the session until the provider sends them back: for which mailbox, and what proves that it is their answer."""


@bp.get(f"/<{ROW_ID}:mailbox_id>/permission/new")
@needs_fresh_proof
def new(mailbox_id: int) -> Page:
    """The provider's page is behind a link: our own policy lets no form of ours lead to another site."""
    mailbox = mailbox_or_404(mailbox_id)
    if mailbox.sign_in is not SignIn.OAUTH2 or not mailbox.oauth_client_id:
        flash(
            _("First say how the desk signs in: name the client you registered at the provider."), "warning"
        )
        return see_other("admin.mailbox_servers.edit_incoming", mailbox_id=mailbox_id)
    consent = ask_for_consent(mailbox, redirect_uri=_way_back())
    session[ASKED] = [mailbox.id, consent.state, consent.code_verifier]
    return render_template(
        "admin/mailboxes/permission.html", mailbox=mailbox, url=consent.url, way_back=_way_back()
    )


@bp.get("/permission")
def show() -> Page:
    """Where the provider sends them back to, with a code or with a refusal."""
    asked = session.pop(ASKED, None)
    if not isinstance(asked, list) or len(asked) != 3 or request.args.get("state") != asked[1]:
        flash(_("This answer belongs to no question of yours. Ask for the permission once more."), "error")
        return see_other("admin.mailboxes.index")
    mailbox = mailbox_or_404(asked[0])
    if (code := request.args.get("code")) is None:
        flash(_("The provider gave no permission: %(error)s", error=_refusal()), "error")
    else:
        _take(mailbox, code, code_verifier=asked[2])
    return see_other("admin.mailboxes.show", mailbox_id=mailbox.id, _anchor="incoming")


def _take(mailbox: Mailbox, code: str, *, code_verifier: str) -> None:
    if mailbox.sign_in is not SignIn.OAUTH2:
        abort(404)
    try:
        exchange(mailbox, code=code, code_verifier=code_verifier, redirect_uri=_way_back())
        flash(_("The desk may use the mailbox now. Test the connection."))
    except Unwelcome as refusal:
        flash(_(refusal.sentence), "error")


def _refusal() -> str:
    told = [request.args.get(name, "") for name in ("error", "error_description")]
    return ": ".join(each for each in told if each)[:500] or _("it did not say why")


def _way_back() -> str:
    """The address that has to be registered at the provider."""
    return base_url(doorway.desk()) + url_for("admin.mailbox_permissions.show")
