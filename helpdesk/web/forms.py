"""What every form of ours has in common: the token against forgery, and the key that makes sending twice harmless."""

from collections.abc import Callable, Sequence
from typing import BinaryIO, cast
from uuid import UUID, uuid4

from flask import redirect
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import HiddenField, ValidationError

from helpdesk.core import current
from helpdesk.core.submissions import claim, settle
from helpdesk.tickets.operations import Upload
from helpdesk.web.languages import gettext as _


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF comes without types
    """A form with a token against forgery."""


class CreatingForm(Form):
    """A form that creates something: sent twice, it creates it once."""

    submission_key = HiddenField(default=lambda: str(uuid4()))

    def validate_submission_key(self, field: HiddenField) -> None:
        try:
            UUID(field.data or "")
        except ValueError as error:
            raise ValidationError(_("This form is incomplete. Load the page again.")) from error

    def once(self, create: Callable[[], str]) -> Response:
        """Run `create`, which returns where to go; a second sending is led there without creating anything."""
        key = UUID(self.submission_key.data)
        led_to = claim(key, user_id=current.entry().user_id)
        if led_to is None:
            led_to = create()
            settle(key, location=led_to)
        return redirect(led_to, code=303)


def uploads_in(field: MultipleFileField | FileField) -> Sequence[Upload]:
    """The files of a field, without the empty one browsers send for no file."""
    files = field.data if isinstance(field.data, list) else [field.data]
    return [
        Upload(file.filename, cast(BinaryIO, file.stream))
        for file in files
        if isinstance(file, FileStorage) and file.filename
    ]
