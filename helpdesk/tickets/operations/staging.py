"""Files that agents send ahead of the message they belong to, and what becomes of those that are never sent."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import BinaryIO

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict, TooLarge
from helpdesk.files.names import clean_filename
from helpdesk.files.operations import save
from helpdesk.files.types import is_inline_image
from helpdesk.tickets.models import Draft, StagedFile, Ticket

KEPT_WITHOUT_DRAFT = timedelta(days=7)


class FileGone(Conflict):
    """A file was to be sent that is not there any more."""


def stage(
    ticket: Ticket,
    *,
    by: User,
    filename: str,
    stream: BinaryIO,
    is_inline: bool = False,
    most_files: int,
    most_bytes: int,
) -> StagedFile:
    """Keep a file for the message `by` is writing on this ticket; the bytes are safe before the commit that names them.

    Raises TooLarge where it, or all that wait together, would be more than a message may carry; and NotStored.
    """
    blob = save(stream, filename=filename)
    _lock(by)  # two files at once are counted one after the other
    count, size = db.session.execute(
        select(func.count(), func.coalesce(func.sum(StagedFile.size), 0)).where(_waiting(ticket, by))
    ).one()
    if count >= most_files:
        raise TooLarge(f"A message takes {most_files} files at most. Remove one first.")
    if size + blob.size > most_bytes:
        raise TooLarge(f"All files of a message together may have {most_bytes // 1_000_000} MB at most.")
    staged = StagedFile(
        user_id=by.id,
        ticket_id=ticket.id,
        sha256=blob.sha256,
        filename=clean_filename(filename),
        content_type=blob.content_type,
        size=blob.size,
        is_inline=is_inline and is_inline_image(blob.content_type),
    )
    db.session.add(staged)
    db.session.flush()
    return staged


def unstage(ticket: Ticket, *, by: User, public_id: str) -> None:
    """Take one file back. Nothing happens where it is not there, or not theirs."""
    db.session.execute(delete(StagedFile).where(_waiting(ticket, by), StagedFile.public_id == public_id))


def unstage_all(ticket: Ticket, *, by: User, only_inline: bool = False) -> None:
    """Take all files back that wait for this person's message on this ticket; or the pictures in its text alone."""
    narrower = [StagedFile.is_inline] if only_inline else []
    db.session.execute(delete(StagedFile).where(_waiting(ticket, by), *narrower))


def staged_by(user: User, ticket: Ticket) -> Select[StagedFile]:
    """The files this person has sent ahead for their message on a ticket, oldest first."""
    return select(StagedFile).where(_waiting(ticket, user)).order_by(StagedFile.id)


def claim(ticket: Ticket, *, by: User, wanted: Sequence[str], named: Collection[str]) -> Sequence[StagedFile]:
    """The files `by` sent ahead for this ticket, locked: those wanted, and of those named in a text the ones there are.

    Raises FileGone where one that is wanted was sent, removed or forgotten meanwhile, or was never theirs.
    """
    if not wanted and not named:
        return ()
    mine = StagedFile.user_id == by.id, or_(StagedFile.ticket_id == ticket.id, StagedFile.ticket_id.is_(None))
    found = db.session.scalars(
        select(StagedFile)
        .where(*mine, StagedFile.public_id.in_({*wanted, *named}))
        .order_by(StagedFile.id)
        .with_for_update()
    ).all()
    if not set(wanted) <= {each.public_id for each in found}:
        raise FileGone(
            "A file is no longer here: it was sent or removed in another window. Nothing was sent; attach it again."
        )
    return found


def forget_staged() -> int:
    """Remove files that were sent ahead long ago and that no draft waits for. Returns how many."""
    waited_for = (
        select(Draft.id)
        .where(Draft.user_id == StagedFile.user_id, Draft.ticket_id == StagedFile.ticket_id)
        .correlate(StagedFile)
        .exists()
    )
    old = StagedFile.created_at < clock.now() - KEPT_WITHOUT_DRAFT
    gone = delete(StagedFile).where(old, ~waited_for).returning(StagedFile.id)
    return len(db.session.execute(gone, execution_options={"synchronize_session": False}).all())


def _waiting(ticket: Ticket, by: User) -> ColumnElement[bool]:
    return and_(StagedFile.user_id == by.id, StagedFile.ticket_id == ticket.id)


def _lock(by: User) -> None:
    db.session.execute(select(User.id).where(User.id == by.id).with_for_update(key_share=True))
