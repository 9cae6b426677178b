"""A mailbox is paused, and goes on; one that nothing came by is deleted."""

from flask import Blueprint, flash, g, render_template

from helpdesk.accounts.permissions import Permission
from helpdesk.core.errors import Unwelcome
from helpdesk.mail.models import Mailbox
from helpdesk.mail.operations.mailboxes import delete_mailbox, is_used, pause, resume
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.mailboxes_list import mailbox_or_404
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import TypedConfirmationField
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _

bp = Blueprint("mailbox_pauses", __name__, url_prefix=f"/mailboxes/<{ROW_ID}:mailbox_id>")
bp.before_request(needs(Permission.MANAGE_DESK))


class DeletionForm(Form):
    """The name of the mailbox that goes."""

    typed = TypedConfirmationField()


@bp.post("/pause")
def create(mailbox_id: int) -> Page:
    pause(mailbox_or_404(mailbox_id), by=g.agent)
    flash(_("Paused: it neither fetches nor sends. What waits, waits."))
    return see_other("admin.mailboxes.show", mailbox_id=mailbox_id)


@bp.post("/resumption")
def destroy(mailbox_id: int) -> Page:
    resume(mailbox_or_404(mailbox_id), by=g.agent)
    flash(_("It goes on where it stopped."))
    return see_other("admin.mailboxes.show", mailbox_id=mailbox_id)


@bp.get("/deletion/new")
def ask(mailbox_id: int) -> Page:
    mailbox = mailbox_or_404(mailbox_id)
    return _question(mailbox, DeletionForm())


@bp.post("/deletion")
def delete(mailbox_id: int) -> Page:
    mailbox, form = mailbox_or_404(mailbox_id), DeletionForm()
    form.typed.expected = name = mailbox.name
    if not form.validate_on_submit():
        return _question(mailbox, form), 422
    try:
        delete_mailbox(mailbox, by=g.agent)
    except Unwelcome as refusal:
        flash(_(refusal.sentence), "error")
        return see_other("admin.mailboxes.show", mailbox_id=mailbox_id)
    flash(_("%(name)s is no more.", name=name))
    return see_other("admin.mailboxes.index")


def _question(mailbox: Mailbox, form: DeletionForm) -> str:
    form.typed.expected = mailbox.name
    return render_template("admin/mailboxes/delete.html", mailbox=mailbox, form=form, used=is_used(mailbox))
