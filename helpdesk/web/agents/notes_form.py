"""Notes about a person or an organization as a form: what is to stand there, beside what its writer has seen."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from helpdesk.accounts.models import Organization, User
from helpdesk.accounts.operations.noting import LONGEST_NOTES
from helpdesk.web.forms import Form


class NotesForm(Form):
    """Sent empty, it takes the notes away."""

    notes = TextAreaField(_("Notes"), [Length(max=LONGEST_NOTES)])
    seen = HiddenField()
    present: str | None = None
    """What stands there now, where somebody changed it meanwhile."""

    @classmethod
    def about(cls, whom: User | Organization) -> "NotesForm":
        """With what stands there."""
        return cls(formdata=None, notes=whom.notes, seen=whom.notes)

    @property
    def is_refused(self) -> bool:
        """It came back: the text has to be in sight."""
        return bool(self.notes.errors)
