"""The forms of the portal: writing a request and answering in one, both with files."""

from flask_babel import lazy_gettext as lazy
from flask_wtf.file import MultipleFileField
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.operations.opening import LONGEST_TITLE, BadTitle
from helpdesk.tickets.operations.writing import LONGEST_COMMENT, NothingWritten
from helpdesk.web.forms import CreatingForm, uploads_in
from helpdesk.web.languages import gettext as _
from helpdesk.web.limits import MOST_FILES


class LetterForm(CreatingForm):
    """Something written, with files."""

    content = TextAreaField(
        lazy("Your answer"), [DataRequired(lazy("Write something first.")), Length(max=LONGEST_COMMENT)]
    )
    files = MultipleFileField(lazy("Attachments"))

    def validate_files(self, field: MultipleFileField) -> None:
        if len(uploads_in(field)) > MOST_FILES:
            raise ValidationError(_("Choose %(count)s files at most.", count=MOST_FILES))

    def tell(self, refusal: Unwelcome) -> None:
        """Show what an operation would not do at the field it is about."""
        self.field_of(refusal).errors = [_(refusal.sentence)]

    def field_of(self, refusal: Unwelcome) -> Field:
        """Words and files are all that can be wrong here."""
        return self.content if isinstance(refusal, NothingWritten) else self.files


class RequestForm(LetterForm):
    """A new request."""

    title = StringField(
        lazy("What is it about?"),
        [
            DataRequired(lazy("Give it a title: a few words that say what it is about.")),
            Length(max=LONGEST_TITLE),
        ],
    )
    content = TextAreaField(
        lazy("Tell us more"),
        [
            DataRequired(lazy("Describe it: what happened, and what did you expect?")),
            Length(max=LONGEST_COMMENT),
        ],
    )

    def field_of(self, refusal: Unwelcome) -> Field:
        return self.title if isinstance(refusal, BadTitle) else super().field_of(refusal)
