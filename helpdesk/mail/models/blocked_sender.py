"""BlockedSender: an address or a whole domain whose mail is suspended."""

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import User
from helpdesk.audit.models import Audited
from helpdesk.core.db import Base, Id, Timestamps


class BlockKind(StrEnum):
    """What `value` is."""

    ADDRESS = "address"
    DOMAIN = "domain"


class BlockedSender(Audited, Timestamps, Base):
    """Replies included. A domain stands for its subdomains as well."""

    __tablename__ = "blocked_senders"

    id: Mapped[Id]
    kind: Mapped[BlockKind]
    value: Mapped[str] = mapped_column(unique=True)
    """Normalised: an address by accounts.addresses, a domain in lower case ASCII."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)

    created_by: Mapped[User] = relationship(lazy="raise")
