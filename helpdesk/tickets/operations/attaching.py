"""Files that come with a comment: sent along with it, or ahead of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.files.names import clean_filename
from helpdesk.files.operations import save_all
from helpdesk.files.types import is_inline_image
from helpdesk.tickets.models import Attachment, Comment, StagedFile, Ticket
from helpdesk.tickets.operations.staging import claim
from helpdesk.tickets.operations.writing import FILES, Writing, add_comment


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived: its name is the sender's, its bytes are read once."""

    filename: str
    stream: BinaryIO


def write(
    ticket: Ticket,
    *,
    by: User,
    content: str | Writing,
    uploads: Sequence[Upload] = (),
    staged: Sequence[str] = (),
    is_internal: bool = False,
    is_opening: bool = False,
) -> Comment:
    """Add a comment with its files. `staged` are the public ids of files that `by` sent ahead; those that stand in the
    text as pictures come along by themselves, and no other picture stays in it.

    Raises NothingWritten, FileGone, and what `attach` raises.
    """
    named = content.named_files if isinstance(content, Writing) else set()
    ahead = claim(ticket, by=by, wanted=staged, named=named)
    pictures = {FILES + each.public_id: each.filename for each in ahead if is_inline_image(each.content_type)}
    comment = add_comment(
        ticket, by=by, content=content, pictures=pictures, is_internal=is_internal, is_opening=is_opening
    )
    attach(comment, uploads=uploads)
    for each in ahead:
        attach_staged(comment, each)
    db.session.flush()
    return comment


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


def attach_staged(comment: Comment, file: StagedFile) -> None:
    """A file that was sent ahead, under the same public id: the address that stands in the text stays right."""
    attachment = Attachment(
        comment=comment,
        sha256=file.sha256,
        public_id=file.public_id,
        filename=file.filename,
        content_type=file.content_type,
        size=file.size,
        is_inline=f'src="{FILES}{file.public_id}"' in comment.content_html,
    )
    db.session.add(attachment)
    db.session.delete(file)
