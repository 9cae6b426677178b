"""What people say about themselves: name, signature, picture, time zone, language."""

from typing import BinaryIO
from zoneinfo import available_timezones

from helpdesk.accounts.models import User
from helpdesk.accounts.names import clean_name
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.html import clean_text
from helpdesk.files import types
from helpdesk.files.operations import save

LONGEST_SIGNATURE = 2_000
LARGEST_PICTURE = 2_000_000


class BadSignature(Unwelcome):
    """A signature nobody wants below every answer."""

    status = 422


class BadTimeZone(Unwelcome):
    """A time zone that does not exist."""

    status = 422


class BadPicture(Unwelcome):
    """A file that cannot stand for a person."""

    status = 422


def change_profile(
    person: User, *, full_name: str, signature: str, time_zone: str | None, locale: str | None
) -> None:
    """None for time zone or language is the desk's. Raises BadName, BadSignature, BadTimeZone."""
    text = clean_text(signature).strip()
    if len(text) > LONGEST_SIGNATURE:
        raise BadSignature(f"A signature may have {LONGEST_SIGNATURE:,} characters at most.")
    if time_zone is not None and time_zone not in available_timezones():
        raise BadTimeZone(f"There is no time zone “{time_zone}”.")
    person.full_name, person.signature = clean_name(full_name), text
    person.time_zone, person.locale = time_zone, locale
    db.session.flush()


def show_as(person: User, picture: BinaryIO, *, filename: str) -> None:
    """Give somebody a picture. Raises BadPicture for what is large, or no picture made of pixels."""
    size = picture.seek(0, 2)
    picture.seek(0)
    if size > LARGEST_PICTURE:
        raise BadPicture(f"A picture may have {LARGEST_PICTURE // 10**6} MB at most. Choose a smaller one.")
    if not types.is_inline_image(types.content_type(picture)):
        raise BadPicture("This is not a picture we can show. Choose a PNG, JPEG, WebP or GIF file.")
    person.picture_sha256 = save(picture, filename=filename).sha256
    db.session.flush()


def show_initials(person: User) -> None:
    """Take the picture away."""
    person.picture_sha256 = None
    db.session.flush()
