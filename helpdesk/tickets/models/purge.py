"""A purge of the bin: which tickets somebody wants removed for good, and how far that has come."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import User
from helpdesk.core.db import Base, Created, Id, Utc


class Purge(Created, Base):
    """Asked for by a page, carried out by a job as the owner role, kept as the record of what went.

    It names nothing of what the tickets said: their ids, and sums.
    """

    __tablename__ = "purges"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    """Who confirmed it."""
    ticket_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Those that were shown. Whichever leaves the bin before its turn stays."""
    purged_count: Mapped[int] = mapped_column(default=0)
    comment_count: Mapped[int] = mapped_column(default=0)
    file_count: Mapped[int] = mapped_column(default=0)
    byte_count: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[Utc | None]

    user: Mapped[User] = relationship(lazy="raise")
