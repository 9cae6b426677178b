"""Submission keys: a form that creates something carries a random key, so that sending it twice creates it once."""

from uuid import UUID

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.db import Base, Created, db


class Submission(Base, Created):
    """A form that was sent, and where its sender was led."""

    __tablename__ = "submissions"

    key: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    location: Mapped[str | None]


def claim(key: UUID, *, user_id: int | None) -> str | None:
    """Take the key for this transaction. Returns None if it was free, else the address the first sending led to.

    A second sending that arrives while the first is under way waits here until the first has committed.
    """
    values = {"key": key, "user_id": user_id, "created_at": clock.now()}
    taken = db.session.execute(
        insert(Submission).values(values).on_conflict_do_nothing().returning(Submission.key)
    ).first()
    if taken:
        return None
    first = db.session.get(Submission, key, populate_existing=True)
    if first is None or first.user_id != user_id:
        return "/"
    return first.location or "/"


def settle(key: UUID, *, location: str) -> None:
    """Remember where the sender of the form is led, for those who send it again."""
    db.session.execute(
        update(Submission).where(Submission.key == key).values(location=location),
        execution_options={"synchronize_session": False},  # nobody has the row
    )


def is_claimed(key: UUID) -> bool:
    """Whether the form with this key was sent."""
    return db.session.scalar(select(Submission.key).where(Submission.key == key)) is not None
