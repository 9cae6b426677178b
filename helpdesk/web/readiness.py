"""Whether the desk can work: every part it needs, asked in turn. /readyz and the system page say the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from helpdesk.background.queries import worker_seen_at
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.database.migrations import is_at_head

WORKER_SEEN_WITHIN = timedelta(seconds=60)
OK = "ok"
NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Each part with "ok" or what is wrong; those after the first broken one were not asked."""

    parts: Mapping[str, str]

    @property
    def broken(self) -> str | None:
        """The first part that is not as it should be."""
        return next((name for name, state in self.parts.items() if state != OK), None)


def readiness() -> Readiness:
    """Ask every part. Needs a role that reads alembic_version and the workers."""
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "migrations": _migrations,
        "worker": _worker,
    }
    parts = dict.fromkeys(checks, NOT_CHECKED)
    for name, check in checks.items():
        try:
            parts[name] = check()
        except SQLAlchemyError:
            db.session.rollback()
            parts[name] = "not reachable"
        if parts[name] != OK:
            break
    return Readiness(parts)


def _database() -> str:
    db.session.connection()
    return OK


def _migrations() -> str:
    return OK if is_at_head(db.session.connection()) else "not at head: run `helpdesk db upgrade`"


def _worker() -> str:
    seen = worker_seen_at()
    if seen is None:
        return "never seen: start `helpdesk worker`"
    return OK if clock.now() - seen < WORKER_SEEN_WITHIN else "not seen lately: start `helpdesk worker`"
