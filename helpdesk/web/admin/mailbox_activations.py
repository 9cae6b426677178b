"""Switching a mailbox on: first what would be imported, and from when on; then the deed."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, flash, g, render_template, request
from flask_babel import lazy_gettext as lazy
from wtforms import DateField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.core.errors import Unwelcome
from helpdesk.mail.models import Mailbox
from helpdesk.mail.operations.dry_running import Foreseen, dry_run
from helpdesk.mail.operations.mailboxes import switch_on
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.mailboxes_list import mailbox_or_404
from helpdesk.web.answers import Page, see_other
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _
from helpdesk.web.moments import viewer_zone

bp = Blueprint("mailbox_activations", __name__, url_prefix=f"/mailboxes/<{ROW_ID}:mailbox_id>/activation")
bp.before_request(needs(Permission.MANAGE_DESK))

NOW, SINCE, ALL = "now", "since", "all"
SLOW_CLOCKS = timedelta(minutes=5)
"""A mail server may think it is earlier: what arrives there from now on must not seem to be old."""


class ActivationForm(Form):
    """From when on mail is imported."""

    start = RadioField(
        lazy("Which mail becomes tickets?"),
        choices=[
            SelectChoice(NOW, lazy("What arrives from now on, and in the last five minutes")),
            SelectChoice(SINCE, lazy("What arrived since a day")),
            SelectChoice(ALL, lazy("All that lies in the folder")),
        ],
        default=NOW,
    )
    since = DateField(lazy("Since"), [Optional()])

    def cut_off(self) -> datetime | None:
        """The moment before which nothing is imported; None: everything is."""
        if self.start.data == ALL:
            return None
        if self.start.data == SINCE and isinstance(self.since.data, date):
            return datetime.combine(self.since.data, time(), viewer_zone())
        return clock.now().replace(microsecond=0) - SLOW_CLOCKS


@bp.get("/new")
def new(mailbox_id: int) -> Page:
    """With what is chosen in the address, also what would come; looking changes nothing there and here."""
    mailbox = mailbox_or_404(mailbox_id)
    asked = request.args if "start" in request.args else None
    form = ActivationForm(asked)
    if asked is None or not mailbox.imap_host:
        return _page(mailbox, form)
    try:
        return _page(mailbox, form, would=dry_run(mailbox, cut_off_at=form.cut_off()))
    except Unwelcome as refusal:
        return _page(mailbox, form, alert=_(refusal.sentence))


@bp.post("")
def create(mailbox_id: int) -> Page:
    mailbox, form = mailbox_or_404(mailbox_id), ActivationForm()
    if not form.validate_on_submit() or (form.start.data == SINCE and not form.since.data):
        form.since.errors = [_("Choose a day.")] if form.start.data == SINCE else form.since.errors
        return _page(mailbox, form), 422
    switch_on(mailbox, cut_off_at=form.cut_off(), by=g.agent)
    flash(_("The mailbox is on. What arrives becomes a ticket within a minute."))
    return see_other("admin.mailboxes.show", mailbox_id=mailbox_id)


def _page(mailbox: Mailbox, form: ActivationForm, *, would: Foreseen | None = None, alert: str = "") -> str:
    return render_template(
        "admin/mailboxes/activation.html", mailbox=mailbox, form=form, would=would, alert=alert
    )
