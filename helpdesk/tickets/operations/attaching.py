"""Files that come with a comment: sent along with it, or ahead of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
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
    content_id: str = ""
    """What the HTML of a mail calls it, without angle brackets (RFC 2392)."""


def write(
    ticket: Ticket,
    *,
    by: User,
    content: str | Writing,
    uploads: Sequence[Upload] = (),
    staged: Sequence[str] = (),
    is_internal: bool = False,
    is_opening: bool = False,
    is_held: bool = False,
) -> Comment:
    """Add a comment with its files. `staged` are the public ids of files that `by` sent ahead; those that stand in the
    text as pictures come along by themselves, and no other picture stays in it.

    Raises NothingWritten, FileGone, and what `attach` raises.
    """
    named = content.named_files if isinstance(content, Writing) else set()
    ahead = claim(ticket, by=by, wanted=staged, named=named)
    writing = Writing(text=content) if isinstance(content, str) else content
    sent = _stored(uploads, largest=writing.largest_file)
    files: list[StagedFile | Attachment] = [*ahead, *sent]
    pictures = {FILES + each.public_id: each.filename for each in files if is_inline_image(each.content_type)}
    comment = add_comment(
        ticket,
        by=by,
        content=writing.placed(_content_ids(uploads, sent)),
        pictures=pictures,
        is_internal=is_internal,
        is_opening=is_opening,
        is_held=is_held,
    )
    for attachment in sent:
        attachment.is_inline = FILES + attachment.public_id in f"{comment.content_html}{comment.quoted_html}"
    _tie(comment, sent)
    for each in ahead:
        attach_staged(comment, each)
    db.session.flush()
    return comment


def attach(comment: Comment, *, uploads: Sequence[Upload]) -> list[Attachment]:
    """Store files and tie them to a comment; the bytes are safe on disk before the commit that names them.

    Raises TooLarge, and NotStored where the disk refuses; then nothing of the whole comment is saved.
    """
    attachments = _stored(uploads, largest=None)
    _tie(comment, attachments)
    db.session.flush()
    return attachments


def _stored(uploads: Sequence[Upload], *, largest: int | None) -> list[Attachment]:
    """The files with their addresses, tied to nothing yet."""
    return [
        Attachment(
            sha256=blob.sha256,
            public_id=token_urlsafe(16),
            filename=clean_filename(upload.filename),
            content_type=blob.content_type,
            size=blob.size,
        )
        for upload, blob in zip(uploads, save_all(uploads, limit=largest), strict=True)
    ]


def _content_ids(uploads: Sequence[Upload], sent: Sequence[Attachment]) -> dict[str, str]:
    """Addresses of the pictures among the files, by what the HTML calls them."""
    return {
        upload.content_id: FILES + attachment.public_id
        for upload, attachment in zip(uploads, sent, strict=True)
        if upload.content_id and is_inline_image(attachment.content_type)
    }


def _tie(comment: Comment, attachments: Sequence[Attachment]) -> None:
    for each in attachments:
        each.comment = comment
    db.session.add_all(attachments)


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
