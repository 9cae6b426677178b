"""When somebody must have acted."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, DateTime, Interval, and_, func, literal_column
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.db import Utc
from helpdesk.tickets.models.lifecycle import Lifecycle

PATIENCE = timedelta(days=7)

# By the clock of UTC, whose days have no summer time, so that an index may hold the result. The constants are written
# out, as the indexes have them.
_UTC: ColumnElement[str] = literal_column("'UTC'")
_PATIENCE: ColumnElement[timedelta] = literal_column(f"interval '{PATIENCE.days} days'", Interval())
ACT_BY = (
    "coalesce(due_at, timezone('UTC'::text, "
    f"timezone('UTC'::text, created_at) + '{PATIENCE.days} days'::interval))"
)
"""`act_by` as indexes spell it, and as PostgreSQL tells it: Alembic compares the text."""


class Deadlines(Lifecycle):
    """`due_at` is the deadline somebody set; without one a ticket has PATIENCE."""

    due_at: Mapped[Utc | None] = mapped_column(index=True)

    @hybrid_property
    def act_by(self) -> datetime:
        """The moment after which an open ticket is overdue."""
        return clock.utc(self.due_at) if self.due_at else clock.utc(self.created_at) + PATIENCE

    @act_by.inplace.expression
    @classmethod
    def _act_by_sql(cls) -> ColumnElement[datetime]:
        there = func.timezone(_UTC, cls.created_at, type_=DateTime())
        return func.coalesce(
            cls.due_at, func.timezone(_UTC, there + _PATIENCE, type_=DateTime(timezone=True))
        )

    @hybrid_property
    def is_overdue(self) -> bool:
        """Still open and past its deadline; without one, open for more than PATIENCE (7 days)."""
        return self.is_open and self.act_by < clock.now()

    @is_overdue.inplace.expression
    @classmethod
    def _is_overdue_sql(cls) -> ColumnElement[bool]:
        # a parameter read at execution; an index knows who comes first
        return and_(cls.is_open, cls.act_by < clock.sql_now())
