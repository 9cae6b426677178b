"""What replies and notes have in common: a text with files, sent once, kept when something is wrong with it."""

from collections.abc import Callable

from flask import url_for
from flask_babel import lazy_gettext as _
from flask_wtf.file import MultipleFileField
from wtforms import TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Comment, Ticket
from helpdesk.tickets.operations.writing import LONGEST_COMMENT
from helpdesk.tickets.timeline import position_of
from helpdesk.web.agents.drafts import draft_in_request
from helpdesk.web.agents.threads import anchor
from helpdesk.web.agents.ticket_page import show_ticket
from helpdesk.web.answers import Page
from helpdesk.web.forms import CreatingForm, uploads_in
from helpdesk.web.languages import gettext
from helpdesk.web.limits import MOST_FILES


class FilesForm(CreatingForm):
    """Something that files may come with."""

    files = MultipleFileField(_("Attach files"))

    def validate_files(self, field: MultipleFileField) -> None:
        if len(uploads_in(field)) > MOST_FILES:
            raise ValidationError(gettext("Choose %(count)s files at most.", count=MOST_FILES))


class WritingForm(FilesForm):
    """A text with files."""

    content = TextAreaField(
        _("Your text"),
        [
            DataRequired(_("Write something first.")),
            Length(
                max=LONGEST_COMMENT,
                message=_("This is longer than %(max)d characters. Attach it as a file instead."),
            ),
        ],
    )


def write(ticket: Ticket, form: WritingForm, writer: Callable[[], Comment]) -> Page:
    """Write once and go to what was written; refused, the page comes back with the text and says why."""
    if not form.validate_on_submit():
        wrong = [str(error) for errors in form.errors.values() for error in errors]
        return refused(ticket, form, " ".join(wrong)), 422
    try:
        with db.session.begin_nested():
            return form.once(lambda: address_of(writer(), ticket))
    except Unwelcome as refusal:
        return refused(ticket, form, gettext(refusal.sentence)), refusal.status


def refused(ticket: Ticket, form: WritingForm, error: str) -> str:
    """The ticket's page with the text still in the composer. Files a browser sends only once."""
    if uploads_in(form.files):
        error = gettext("%(error)s Your text is kept; choose the files again.", error=error)
    return show_ticket(ticket.ticket_number, draft=draft_in_request(error=error))


def address_of(comment: Comment, ticket: Ticket) -> str:
    """Where a message stands on its ticket's page."""
    position = db.session.execute(position_of(comment)).scalar_one()
    return url_for("agents.tickets.show", number=ticket.ticket_number, _anchor=anchor(position))
