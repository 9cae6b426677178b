"""The words of letters: read, changed with placeholders, looked at on a real ticket, and ours again."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, flash, g, render_template, request
from flask_babel import lazy_gettext as lazy
from sqlalchemy import Select
from wtforms import StringField, TextAreaField

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.mail.models import MailPurpose
from helpdesk.mail.operations.wording import change_wording, reset_wording
from helpdesk.mail.rendering import Letter
from helpdesk.mail.samples import sample_letter
from helpdesk.mail.templates import (
    BadTemplate,
    Wording,
    checked,
    default_wording,
    placeholders_of,
    wording_of,
)
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import tickets_for
from helpdesk.web.admin.doors import needs
from helpdesk.web.admin.outbox_list import PURPOSES
from helpdesk.web.admin.templates_list import templates_list
from helpdesk.web.answers import Page, see_other
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _

bp = Blueprint("templates", __name__, url_prefix="/templates")
bp.before_request(needs(Permission.MANAGE_DESK))

# A document of an origin of its own, whose style stands on its elements as in the mail.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)


class TemplateForm(Form):
    """Words with placeholders; `ticket` is the one they are tried on."""

    subject = StringField(lazy("Subject"))
    content = TextAreaField(lazy("Text"))
    ticket = StringField(lazy("Try it on the ticket"))


@bp.get("")
def index() -> Page:
    return render_template("admin/templates/index.html", templates=templates_list())


@bp.get("/<kind>")
def edit(kind: str) -> Page:
    purpose = _purpose_or_404(kind)
    saved = wording_of(purpose)
    return _page(purpose, TemplateForm(subject=saved.subject, content=saved.content), saved, saved=saved)


@bp.post("/<kind>")
def update(kind: str) -> Page:
    purpose, form = _purpose_or_404(kind), TemplateForm()
    subject, content = form.subject.data or "", form.content.data or ""
    try:
        if not form.validate_on_submit():
            return _page(purpose, form, None), 422
        if "preview" in request.form:
            return _page(purpose, form, checked(purpose, subject=subject, content=content))
        change_wording(purpose, subject=subject, content=content, by=g.agent)
    except BadTemplate as refusal:
        form[refusal.field].errors = [_(refusal.sentence)]
        return _page(purpose, form, None), 422
    flash(_("Saved. Every letter of this kind reads so from now on."))
    return see_other("admin.templates.edit", kind=kind, **templates_list().state)


@bp.post("/<kind>/reset")
def reset(kind: str) -> Page:
    """Our words again."""
    reset_wording(_purpose_or_404(kind), by=g.agent)
    flash(_("These are our words again."))
    return see_other("admin.templates.edit", kind=kind, **templates_list().state)


@bp.get("/<kind>/letter")
def letter(kind: str) -> Page:
    """The saved words in the HTML of the mail, for the frame beside the form."""
    purpose = _purpose_or_404(kind)
    ticket = _ticket_named(request.args.get("ticket", ""))
    if ticket is None:
        abort(404)
    answer = Response(sample_letter(purpose, wording_of(purpose), ticket=ticket, reader=g.agent).html)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _page(
    purpose: MailPurpose, form: TemplateForm, words: Wording | None, *, saved: Wording | None = None
) -> str:
    """`words` are what is shown as a letter; None where they cannot be. `saved` is what is in force."""
    saved = saved or wording_of(purpose)
    named = one_line(form.ticket.data or request.args.get("ticket", ""))
    ticket = _ticket_named(named)
    if named and ticket is None:
        form.ticket.errors = [_("There is no such ticket among those you see.")]
    if ticket is not None and not named:
        form.ticket.data = ticket.ticket_number
    return render_template(
        "admin/templates/edit.html",
        templates=templates_list(),
        purpose=purpose,
        name=PURPOSES[purpose],
        form=form,
        placeholders=_placeholders(purpose),
        letter=_sample(purpose, words, ticket),
        ticket=ticket,
        is_own=saved != default_wording(purpose),
        is_saved=words == saved,
    )


def _sample(purpose: MailPurpose, words: Wording | None, ticket: Ticket | None) -> Letter | None:
    if words is None or ticket is None:
        return None
    return sample_letter(purpose, words, ticket=ticket, reader=g.agent)


def _placeholders(purpose: MailPurpose) -> Mapping[str, str]:
    return {name: _(means) for name, means in placeholders_of(purpose).items()}


def _ticket_named(number: str) -> Ticket | None:
    """The ticket with this number, or the newest one that was answered; among those this person sees."""
    tickets: Select[Ticket] = tickets_for(g.agent).order_by(Ticket.id.desc()).limit(1)
    if number:
        named = Ticket.ticket_number == number.strip().upper().removeprefix("#")
        return db.session.scalars(tickets.where(named)).first()
    answered = tickets.where(Ticket.first_responded_at.is_not(None))
    return db.session.scalars(answered).first() or db.session.scalars(tickets).first()


def _purpose_or_404(kind: str) -> MailPurpose:
    return MailPurpose(kind) if kind in list(MailPurpose) else abort(404)
