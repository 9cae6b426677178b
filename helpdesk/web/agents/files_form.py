"""A form that files may come with."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import MultipleFileField
from wtforms import ValidationError

from helpdesk.web.forms import CreatingForm, uploads_in
from helpdesk.web.languages import gettext
from helpdesk.web.limits import MOST_FILES


class FilesForm(CreatingForm):
    """Something that files may come with."""

    files = MultipleFileField(_("Attach files"))

    def validate_files(self, field: MultipleFileField) -> None:
        if len(uploads_in(field)) > MOST_FILES:
            raise ValidationError(gettext("Choose %(count)s files at most.", count=MOST_FILES))
