"""What guests fill in; and one field that only machines do."""

from flask_babel import lazy_gettext as lazy
from flask_wtf.file import MultipleFileField
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from helpdesk.accounts.names import LONGEST_NAME, BadName
from helpdesk.core.errors import TooLarge, Unwelcome
from helpdesk.files.scanning import Infected, NotScanned
from helpdesk.tickets.operations.opening import LONGEST_TITLE, BadTitle
from helpdesk.tickets.operations.writing import LONGEST_COMMENT, NothingWritten
from helpdesk.web.forms import CreatingForm, uploads_in
from helpdesk.web.languages import gettext as _
from helpdesk.web.limits import MOST_FILES
from helpdesk.web.public.forms import NAME_REQUIRED, AddressForm


class GuestRequestForm(AddressForm, CreatingForm):
    """A request, and who asks."""

    full_name = StringField(lazy("Your name"), [DataRequired(NAME_REQUIRED), Length(max=LONGEST_NAME)])
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
    files = MultipleFileField(lazy("Attachments"))
    website = StringField(lazy("Leave this empty"))
    """Out of sight. Who fills it in is no person, and is answered as if all were well."""

    @property
    def is_by_a_machine(self) -> bool:
        return bool(self.website.data)

    def validate_files(self, field: MultipleFileField) -> None:
        if len(uploads_in(field)) > MOST_FILES:
            raise ValidationError(_("Choose %(count)s files at most.", count=MOST_FILES))

    def tell(self, refusal: Unwelcome) -> None:
        """Show what an operation would not do at the field it is about, if it is about one."""
        fields: dict[type[Unwelcome], Field] = {
            BadName: self.full_name,
            BadTitle: self.title,
            NothingWritten: self.content,
            TooLarge: self.files,
            Infected: self.files,
            NotScanned: self.files,
        }
        if field := fields.get(type(refusal)):
            field.errors = [_(refusal.sentence)]
