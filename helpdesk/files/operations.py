"""Saving contents and clearing away those nobody needs, safe against each other.

Who saves locks the row of the content until the commit and only then writes the bytes; who clears away deletes
bytes only under a lock on their row.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import BinaryIO, NamedTuple, Protocol

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from helpdesk.core import clock
from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.core.errors import TooLarge
from helpdesk.files import references, scanning, types
from helpdesk.files.models import Blob
from helpdesk.files.names import clean_filename
from helpdesk.files.store import PREFIXES, Draft, store

FRESH = timedelta(days=1)
LOOKED_AT_ONCE = 2_000


class Upload(Protocol):
    """A file as it arrived: what to read, and the name its sender gave it."""

    @property
    def stream(self) -> BinaryIO: ...

    @property
    def filename(self) -> str: ...


class _OneFile(NamedTuple):
    stream: BinaryIO
    filename: str


def save(stream: BinaryIO, *, filename: str, limit: int | None = None, is_scanned: bool = True) -> Blob:
    """Keep the bytes of one file. Raises TooLarge, NotStored, Infected and NotScanned.

    Without `is_scanned` no scanner looks at them: mails are kept as they came, whatever they hold.
    """
    return save_all([_OneFile(stream, filename)], limit=limit, is_scanned=is_scanned)[0]


def save_all(uploads: Sequence[Upload], *, limit: int | None = None, is_scanned: bool = True) -> list[Blob]:
    """Keep the bytes of several files, in the order given; all or none, with the transaction.

    Several at once go through here and not through `save`: two people with the same files would wait for each other.
    `limit` is what each may have, in bytes; without it, what people may upload.
    """
    most = limit or configuration().max_upload_mb * 2**20
    with ExitStack() as stack:
        drafts = [_receive(stack, upload.stream, upload.filename, most) for upload in uploads]
        if is_scanned:
            for draft, upload in zip(drafts, uploads, strict=True):
                _scan(draft, upload.filename)
        blobs: dict[str, Blob] = {}
        for draft in sorted(drafts, key=lambda draft: draft.sha256):
            blobs[draft.sha256] = _row_of(draft)
            store().keep(draft)
        return [blobs[draft.sha256] for draft in drafts]


def _receive(stack: ExitStack, stream: BinaryIO, filename: str, limit: int) -> Draft:
    try:
        return stack.enter_context(store().received(stream, limit=limit))
    except TooLarge as error:
        raise TooLarge(
            f"“{clean_filename(filename)}” is too large: a file may have {limit // 2**20} MB at most."
        ) from error


def _scan(draft: Draft, filename: str) -> None:
    with draft.open() as content:
        scanning.check(content, clean_filename(filename))


def _row_of(draft: Draft) -> Blob:
    """The row of a content, locked until the commit."""
    with draft.open() as content:
        kind = types.content_type(content)
    now = clock.now()
    row = insert(Blob).values(
        sha256=draft.sha256, size=draft.size, content_type=kind, created_at=now, last_used_at=now
    )
    fresh = {"size": draft.size, "content_type": kind, "last_used_at": now}
    saved = row.on_conflict_do_update(index_elements=[Blob.sha256], set_=fresh).returning(Blob)
    return db.session.scalars(saved, execution_options={"populate_existing": True}).one()


def collect_orphans(*, after: str = "") -> str | None:
    """Delete contents nobody has needed for a day, a part of them. Returns where to go on, None at the end.

    Safe to repeat and to break off: bytes may be gone whose row comes back, but only of what nothing refers to.
    """
    if not after and _collect_rows() == LOOKED_AT_ONCE:
        return ""
    looked_at = 0
    for prefix in PREFIXES:
        if prefix > after:
            looked_at += _collect_strays(prefix)
            if looked_at >= LOOKED_AT_ONCE and prefix != PREFIXES[-1]:
                return prefix
    store().sweep_drafts(before=clock.now() - FRESH)
    return None


def _collect_rows() -> int:
    """Rows nobody refers to: those that can be had at once, looked at again once they are ours."""
    orphaned = select(Blob.sha256).where(Blob.last_used_at < clock.now() - FRESH, ~references.is_needed())
    some = orphaned.order_by(Blob.sha256).limit(LOOKED_AT_ONCE)
    claimed = db.session.scalars(some.with_for_update(skip_locked=True, of=Blob)).all()
    unneeded = select(Blob.sha256).where(Blob.sha256.in_(claimed), ~references.is_needed())
    collected = db.session.scalars(unneeded).all()
    for sha256 in collected:
        _delete(sha256)
    return len(collected)


def _collect_strays(prefix: str) -> int:
    """Files without a row: their transaction never came to its commit. Returns how many files there were."""
    found = list(store().contents(prefix, before=clock.now() - FRESH))
    if not found:
        return 0
    known = set(db.session.scalars(select(Blob.sha256).where(Blob.sha256.in_(found))))
    for sha256 in found:
        if sha256 not in known and _claim(sha256):
            _delete(sha256)
    return len(found)


def _claim(sha256: str) -> bool:
    """Whoever is about to save the same content waits for us from here on, or we find that they came first."""
    now = clock.now()
    row = insert(Blob).values(
        sha256=sha256, size=0, content_type=types.UNKNOWN, created_at=now, last_used_at=now
    )
    return db.session.scalar(row.on_conflict_do_nothing().returning(Blob.sha256)) is not None


def _delete(sha256: str) -> None:
    """The row first: where somebody refers to it after all, PostgreSQL refuses and the bytes stay."""
    db.session.execute(delete(Blob).where(Blob.sha256 == sha256))
    store().delete(sha256)
