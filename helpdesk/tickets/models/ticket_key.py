"""The key in a mailed link that opens one ticket for one person, without signing in."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core.db import Base, Created, Id, Utc


class TicketKey(Created, Base):
    """Minted when a mail is rendered; the mail holds the secret, here lies its digest. Opens this ticket only."""

    __tablename__ = "ticket_keys"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    """Who the mail went to: what is written through the link is theirs."""
    address_id: Mapped[int] = mapped_column(ForeignKey("email_addresses.id"), index=True)
    expires_at: Mapped[Utc] = mapped_column(index=True)
