"""Files that come with a comment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from helpdesk.core.db import db
from helpdesk.files.names import clean_filename
from helpdesk.files.operations import save_all
from helpdesk.tickets.models import Attachment, Comment


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived: its name is the sender's, its bytes are read once."""

    filename: str
    stream: BinaryIO


def attach(comment: Comment, *, uploads: Sequence[Upload]) -> list[Attachment]:
    """Store files and tie them to a comment; the bytes are safe on disk before the commit that names them.

    Raises TooLarge, and NotStored where the disk refuses; then nothing of the whole comment is saved.
    """
    attached = []
    for upload, blob in zip(uploads, save_all(uploads), strict=True):
        attachment = Attachment(
            comment=comment,
            sha256=blob.sha256,
            filename=clean_filename(upload.filename),
            content_type=blob.content_type,
            size=blob.size,
        )
        db.session.add(attachment)
        attached.append(attachment)
    db.session.flush()
    return attached
