"""JobError, why an attempt of a job failed: the queue itself keeps only that it did."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.db import Base, Id, Utc


class JobError(Base):
    """One failed attempt of a job. `job_id` is a row of procrastinate_jobs; both are deleted together."""

    __tablename__ = "job_errors"
    __table_args__ = (Index(None, "job_id", "id"),)

    id: Mapped[Id]
    job_id: Mapped[int]
    attempt: Mapped[int]
    """1 for the first run."""
    occurred_at: Mapped[Utc] = mapped_column(default=clock.now)
    error: Mapped[str]
    """One line for people."""
    traceback: Mapped[str]
    """For whoever repairs it: frames without values."""
