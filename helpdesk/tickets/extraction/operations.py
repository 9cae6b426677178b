"""Which file is to be read next, and keeping what it says. Nothing is locked while it is read."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import DateTime, Text, literal, or_, select, union_all, update
from sqlalchemy.dialects.postgresql import insert

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Gone
from helpdesk.files.models import Blob
from helpdesk.files.store import store
from helpdesk.tickets.extraction.child import text_in
from helpdesk.tickets.extraction.kinds import FileKind, kind_of
from helpdesk.tickets.extraction.limits import LARGEST_FILE
from helpdesk.tickets.models import Attachment, FileText, StagedFile

TRY_AGAIN = timedelta(hours=1)
"""What a disk did not give, or a database did not take, is tried again after so long."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A content nobody has looked for words in; no kind where it says nothing to a search."""

    sha256: str
    kind: FileKind | None


def next_unread() -> Unread | None:
    """The oldest, without those that failed lately: one that cannot be read holds nobody up.

    Pictures of people and whole mails have no name, and say nothing.
    """
    failed_lately = Blob.words_failed_at > clock.now() - TRY_AGAIN
    row = db.session.execute(
        select(Blob.sha256, Blob.content_type, Blob.size)
        .where(Blob.words_read_at.is_(None), or_(Blob.words_failed_at.is_(None), ~failed_lately))
        .order_by(Blob.created_at)
        .limit(1)
    ).first()
    if row is None:
        return None
    named = union_all(
        select(Attachment.filename).where(Attachment.sha256 == row.sha256),
        select(StagedFile.filename).where(StagedFile.sha256 == row.sha256),
    )
    names = db.session.scalars(named).all()
    kind = kind_of(row.content_type, names) if names and row.size <= LARGEST_FILE else None
    return Unread(row.sha256, kind)


def text_of(file: Unread) -> str:
    """What it says; nothing where its bytes make no sense. Raises OSError where the disk does not give them."""
    if file.kind is None:
        return ""
    try:
        with store().open(file.sha256) as content:
            return text_in(content, file.kind)
    except Gone:
        return ""


def put_off(file: Unread) -> None:
    """Leave it for later: after TRY_AGAIN it is the next again."""
    db.session.execute(update(Blob).where(Blob.sha256 == file.sha256).values(words_failed_at=clock.now()))


def keep_text(file: Unread, text: str) -> None:
    """Safe to repeat; a content that was cleared away meanwhile stays away."""
    now = clock.now()
    marked = update(Blob).where(Blob.sha256 == file.sha256).values(words_read_at=now, words_failed_at=None)
    db.session.execute(marked)
    if text:
        there = select(Blob.sha256, literal(text, Text()), literal(now, DateTime(timezone=True))).where(
            Blob.sha256 == file.sha256
        )
        kept = insert(FileText).from_select(["sha256", "content", "created_at"], there)
        db.session.execute(kept.on_conflict_do_nothing())
