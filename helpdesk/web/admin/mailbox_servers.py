"""The two servers of a mailbox: where its mail is fetched, where it is sent."""

from flask import Blueprint, flash, g, render_template

from helpdesk.accounts.permissions import Permission
from helpdesk.mail.models import Mailbox, SignIn
from helpdesk.mail.operations.connecting import choose_sign_in, connect_incoming, connect_outgoing
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.mailbox_forms import IncomingForm, OutgoingForm, shown
from helpdesk.web.admin.mailboxes_list import mailbox_or_404
from helpdesk.web.answers import Page, see_other
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _
from helpdesk.web.moments import viewer_zone

bp = Blueprint("mailbox_servers", __name__, url_prefix=f"/mailboxes/<{ROW_ID}:mailbox_id>")
bp.before_request(needs(Permission.MANAGE_DESK))


@bp.get("/incoming")
@needs_fresh_proof
def edit_incoming(mailbox_id: int) -> Page:
    mailbox = mailbox_or_404(mailbox_id)
    ends_at = mailbox.oauth_ends_at
    ends_on = ends_at.astimezone(viewer_zone()).date() if ends_at else None
    return _incoming(mailbox, IncomingForm(data=shown(IncomingForm, mailbox) | {"oauth_ends_on": ends_on}))


@bp.post("/incoming")
@needs_fresh_proof
def update_incoming(mailbox_id: int) -> Page:
    mailbox, form = mailbox_or_404(mailbox_id), IncomingForm()

    def connect() -> None:
        choose_sign_in(mailbox, form.permit(), by=g.agent)
        connect_incoming(mailbox, form.server(), by=g.agent)

    if not form.is_accepted(connect):
        return _incoming(mailbox, form), 422
    flash(_("Saved."))
    if mailbox.sign_in is SignIn.OAUTH2 and mailbox.oauth_refresh_token is None:
        return see_other("admin.mailbox_permissions.new", mailbox_id=mailbox_id)
    return see_other("admin.mailboxes.show", mailbox_id=mailbox_id, _anchor="incoming")


@bp.get("/outgoing")
@needs_fresh_proof
def edit_outgoing(mailbox_id: int) -> Page:
    mailbox = mailbox_or_404(mailbox_id)
    return _outgoing(mailbox, OutgoingForm(data=shown(OutgoingForm, mailbox)))


@bp.post("/outgoing")
@needs_fresh_proof
def update_outgoing(mailbox_id: int) -> Page:
    mailbox, form = mailbox_or_404(mailbox_id), OutgoingForm()
    if not form.is_accepted(lambda: connect_outgoing(mailbox, form.server(), by=g.agent)):
        return _outgoing(mailbox, form), 422
    flash(_("Saved."))
    return see_other("admin.mailboxes.show", mailbox_id=mailbox_id, _anchor="outgoing")


def _incoming(mailbox: Mailbox, form: IncomingForm) -> str:
    return render_template("admin/mailboxes/incoming.html", mailbox=mailbox, form=form)


def _outgoing(mailbox: Mailbox, form: OutgoingForm) -> str:
    return render_template("admin/mailboxes/outgoing.html", mailbox=mailbox, form=form)
