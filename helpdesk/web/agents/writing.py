"""What replies and notes have in common: a text with files, sent once, kept when something is wrong with it."""

from collections.abc import Callable

from flask import g, request, url_for
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, Optional

from helpdesk.accounts.preferences import AfterSend, prefer, preferences_of
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Comment, Ticket
from helpdesk.tickets.operations.drafting import finish_draft
from helpdesk.tickets.operations.replying import ThreadGrew
from helpdesk.tickets.operations.staging import staged_by
from helpdesk.tickets.operations.writing import LONGEST_COMMENT, LONGEST_HTML, Writing
from helpdesk.tickets.timeline import position_of
from helpdesk.web.agents.drafts import draft_in_request
from helpdesk.web.agents.files_form import FilesForm
from helpdesk.web.agents.messages import anchor
from helpdesk.web.agents.onward import onward_from
from helpdesk.web.agents.sending import remember
from helpdesk.web.agents.ticket_page import show_ticket
from helpdesk.web.answers import Page
from helpdesk.web.forms import uploads_in
from helpdesk.web.languages import gettext, ngettext
from helpdesk.web.limits import MOST_FILES, limits

_TOO_LONG = _("This is longer than %(count)s characters. Attach it as a file instead.", count=LONGEST_COMMENT)


class WritingForm(FilesForm):
    """A text with files. `content` is plain, `content_html` comes from the editor and stands for it."""

    content = TextAreaField(_("Your text"), [Length(max=LONGEST_COMMENT, message=_TOO_LONG)])
    content_html = HiddenField(validators=[Length(max=LONGEST_HTML, message=_TOO_LONG)])
    staged = SelectMultipleField(validate_choice=False)
    seen = IntegerField(validators=[Optional()])
    signature = BooleanField()
    goes_on = BooleanField()
    """To the next ticket this once, whatever is chosen for after sending."""
    after_send = SelectField(
        coerce=lambda text: AfterSend(text) if text else None, validate_choice=False, validators=[Optional()]
    )

    def validate_content(self, field: TextAreaField) -> None:
        if not (field.data or "").strip() and not self.content_html.data:
            raise ValidationError(gettext("Write something first."))

    def writing(self, *, signature: str = "") -> Writing:
        """What was written; the signature below it where the writer left it there."""
        signed = signature if self.signature.data else ""
        return Writing(self.content.data or "", self.content_html.data or "", signed)


Writer = Callable[[], Comment]


def write(ticket: Ticket, form: WritingForm, writer: Writer) -> Page:
    """Write once and go where the writer likes to go; refused, the page comes back with the text and says why."""
    if not form.validate_on_submit():
        wrong = [str(error) for errors in form.errors.values() for error in errors]
        return refused(ticket, form, " ".join(wrong)), 422
    if complaint := _too_much(ticket, form):
        return refused(ticket, form, complaint), 413
    try:
        with db.session.begin_nested():
            return form.once(lambda: _send(ticket, form, writer))
    except ThreadGrew as grown:
        return refused(ticket, form, _came_meanwhile(grown), grown), grown.status
    except Unwelcome as refusal:
        return refused(ticket, form, gettext(refusal.sentence)), refusal.status


def refused(ticket: Ticket, form: WritingForm, error: str, grown: ThreadGrew | None = None) -> str:
    """The ticket's page with the text still in the composer. Files a browser sends only once."""
    if uploads_in(form.files):
        error = gettext("%(error)s Your text is kept; choose the files again.", error=error)
    return show_ticket(ticket.ticket_number, draft=draft_in_request(error=error, grown=grown))


def _came_meanwhile(grown: ThreadGrew) -> str:
    return ngettext(
        "%(num)s message came while you wrote. Read it, then send.",
        "%(num)s messages came while you wrote. Read them, then send.",
        grown.news,
    )


def _too_much(ticket: Ticket, form: WritingForm) -> str:
    """What is wrong with all the files of the message together, those sent ahead and those that come with it."""
    if not form.staged.data:
        return ""
    ahead = [
        each for each in db.session.scalars(staged_by(g.agent, ticket)) if each.public_id in form.staged.data
    ]
    along = uploads_in(form.files)
    if len(ahead) + len(along) > MOST_FILES:
        return gettext("Choose %(count)s files at most.", count=MOST_FILES)
    if along and sum(each.size for each in ahead) + (request.content_length or 0) > limits().bytes:
        return gettext("All files together are too large for one message. Send some in a second one.")
    return ""


def _send(ticket: Ticket, form: WritingForm, writer: Writer) -> str:
    """Write, forget the draft, and say where to go on: the next ticket is that of the list as it was before."""
    chosen: AfterSend = form.after_send.data or AfterSend.STAY
    if form.after_send.data and chosen is not preferences_of(g.agent).after_send:
        prefer(g.agent, after_send=chosen)
    onward = onward_from(ticket, AfterSend.NEXT if form.goes_on.data else chosen)
    comment = writer()
    finish_draft(ticket, by=g.agent)
    return onward or address_of(comment, ticket)


def address_of(comment: Comment, ticket: Ticket) -> str:
    """Where a message stands on its ticket's page."""
    if comment.published_at is None:
        return url_for("agents.tickets.show", number=ticket.ticket_number, _anchor=remember(comment, ticket))
    position = db.session.execute(position_of(comment)).scalar_one()
    return url_for("agents.tickets.show", number=ticket.ticket_number, _anchor=anchor(position))
