"""The audit trail's own upkeep."""

from datetime import timedelta

from sqlalchemy import Connection, delete

from helpdesk.audit.anchors import anchor, last_anchored, place_of, read
from helpdesk.audit.models import RecentRead
from helpdesk.audit.partitions import ensure_partitions
from helpdesk.audit.reading import FORGOTTEN_AFTER
from helpdesk.audit.retention import forget_old
from helpdesk.audit.sealing import seal
from helpdesk.audit.verifying import verify
from helpdesk.background.jobs import Backoff, job
from helpdesk.core import clock
from helpdesk.core.configuration import configuration


@job(name="audit.partitions", as_owner=True, retry=Backoff(times=5))
def make_partitions(connection: Connection) -> None:
    """Make the coming months ahead."""
    ensure_partitions(connection)


@job(name="audit.seal", as_owner=True)
def seal_new(connection: Connection) -> None:
    """Seal what was committed since the last time."""
    seal(connection)


@job(name="audit.anchor", as_owner=True)
def anchor_head(connection: Connection) -> None:
    """Write down the head of the chain where it is time for it."""
    config = configuration()
    last = last_anchored(connection)
    if last is None or last + timedelta(minutes=config.audit_anchor_minutes) <= clock.now():
        anchor(connection, place_of(config.audit_anchor, config.data_dir))


class BrokenTrail(RuntimeError):
    """Something is not as it was sealed."""


@job(name="audit.verify", as_owner=True)
def verify_all(connection: Connection) -> None:
    """Look at every seal and every row once a night; where anything is not as it was sealed, this job has failed."""
    config = configuration()
    place = place_of(config.audit_anchor, config.data_dir)
    known = (
        read(place.read_text(encoding="utf-8").splitlines()) if place is not None and place.exists() else {}
    )
    found = verify(connection, anchors=known).findings
    if found:
        raise BrokenTrail(
            f"{len(found)} findings, the first: {found[0].sentence} All of them: helpdesk audit verify"
        )


@job(name="audit.forget", as_owner=True, retry=Backoff(times=3))
def forget(connection: Connection) -> None:
    """Take out what the desk keeps no longer, and what was counted only for a day."""
    forget_old(connection)
    connection.execute(delete(RecentRead).where(RecentRead.read_at < clock.now() - FORGOTTEN_AFTER))
