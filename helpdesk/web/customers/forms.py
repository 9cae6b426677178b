"""The forms of the portal: writing a request and answering in one, both with files; asking others to take part."""

import re

from flask_babel import lazy_gettext as lazy
from flask_wtf.file import MultipleFileField
from wtforms import EmailField, Field, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from helpdesk.accounts.addresses import NotAnAddress, email_key
from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.core.errors import TooMany, Unwelcome
from helpdesk.tickets.operations.opening import LONGEST_TITLE, BadTitle
from helpdesk.tickets.operations.participating import MOST_PARTICIPANTS, NotInvited
from helpdesk.tickets.operations.writing import LONGEST_COMMENT, NothingWritten
from helpdesk.web.forms import CreatingForm, Form, uploads_in
from helpdesk.web.languages import gettext as _
from helpdesk.web.limits import MOST_FILES

LONGEST_ADDRESS = 320


def addresses_in(text: str) -> list[str]:
    """The addresses of a list as people type it: commas, semicolons or lines between them, with names or without."""
    found: list[str] = []
    for part in re.split(r"[,;\n]+", text):
        found += re.findall(r"<([^<>]*)>", part) or part.split()
    return list({each.strip().casefold(): each.strip() for each in found if each.strip()}.values())


def refuse_what_is_no_address(text: str) -> None:
    """For `validate_…`: says which one it is."""
    try:
        email_key(text)
    except NotAnAddress as error:
        raise ValidationError(
            _("“%(typed)s” is not an e-mail address. One looks like name@example.com.", typed=text)
        ) from error


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

    cc = StringField(lazy("Who else should read along?"), [Length(max=MOST_PARTICIPANTS * LONGEST_ADDRESS)])

    def validate_cc(self, _field: StringField) -> None:
        if len(self.addresses) > MOST_PARTICIPANTS:
            raise ValidationError(_("Name %(count)s people at most.", count=MOST_PARTICIPANTS))
        for each in self.addresses:
            refuse_what_is_no_address(each)

    @property
    def addresses(self) -> list[str]:
        """Each address once."""
        return addresses_in(self.cc.data or "")

    def field_of(self, refusal: Unwelcome) -> Field:
        if isinstance(refusal, NotInvited | NotAnAddress | TooMany):
            return self.cc
        return self.title if isinstance(refusal, BadTitle) else super().field_of(refusal)


class InviteForm(Form):
    """Whom to ask to take part in a request."""

    email = EmailField(
        lazy("Their e-mail address"),
        [DataRequired(lazy("Type the address of who should take part.")), Length(max=LONGEST_ADDRESS)],
    )

    def validate_email(self, field: EmailField) -> None:
        refuse_what_is_no_address(field.data.strip())


class ColleagueForm(Form):
    """Whom to ask to join the organization."""

    email = EmailField(
        lazy("E-mail"), [DataRequired(lazy("Type the address to invite.")), Length(max=LONGEST_ADDRESS)]
    )
    full_name = StringField(lazy("Name"), [Length(max=LONGEST_NAME)])

    def validate_email(self, field: EmailField) -> None:
        refuse_what_is_no_address(field.data.strip())
