"""When somebody must have acted."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.db import Utc
from helpdesk.tickets.models.lifecycle import Lifecycle

PATIENCE = timedelta(days=7)


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
        return func.coalesce(cls.due_at, cls.created_at + PATIENCE)

    @hybrid_property
    def is_overdue(self) -> bool:
        """Still open and past its deadline; without one, open for more than PATIENCE (7 days)."""
        return self.is_open and self.act_by < clock.now()

    @is_overdue.inplace.expression
    @classmethod
    def _is_overdue_sql(cls) -> ColumnElement[bool]:
        now = clock.sql_now()  # a parameter read at execution
        undated = and_(cls.due_at.is_(None), cls.created_at < now - PATIENCE)
        dated = and_(
            cls.due_at.is_not(None), cls.due_at < now
        )  # never null: "not overdue" must find the others
        return and_(cls.is_open, or_(dated, undated))
