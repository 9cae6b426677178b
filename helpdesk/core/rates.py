"""How often one person may ask for what costs the database most: a count and a minute for each, in PostgreSQL."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, case
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.db import Base, Utc, db
from helpdesk.core.errors import TooMany

WITHIN = timedelta(minutes=1)


class Costly(StrEnum):
    """What is counted."""

    SEARCH = "search"
    STATISTICS = "statistics"


MOST: Mapping[Costly, int] = {Costly.SEARCH: 120, Costly.STATISTICS: 30}
"""Within a minute, where the desk does not say otherwise. Nobody types or clicks that fast."""


class RequestRate(Base):
    """How often a person asked since when."""

    __tablename__ = "request_rates"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[Costly] = mapped_column(primary_key=True)
    started_at: Mapped[Utc]
    count: Mapped[int]


def count_costly(kind: Costly, *, user_id: int, most: int) -> None:
    """Count one more. Costs one statement, in the app role; raises TooMany beyond `most` within a minute.

    The row stays locked until the request has ended: one person's costly pages come one after the other.
    """
    now = clock.now()
    is_over = RequestRate.started_at <= now - WITHIN
    counted = insert(RequestRate).values(user_id=user_id, kind=kind, started_at=now, count=1)
    anew = counted.on_conflict_do_update(
        index_elements=[RequestRate.user_id, RequestRate.kind],
        set_={
            "count": case((is_over, 1), else_=RequestRate.count + 1),
            "started_at": case((is_over, now), else_=RequestRate.started_at),
        },
    )
    count, started_at = db.session.execute(anew.returning(RequestRate.count, RequestRate.started_at)).one()
    if count > most:
        wait = max(1, int((started_at + WITHIN - now).total_seconds()) + 1)
        raise TooMany(
            "This page was asked for very often within a minute. Wait a minute, then go on.", retry_after=wait
        )
