"""Mailbox: an address the desk answers from, how its mail is fetched and how it is sent."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import Team
from helpdesk.audit.models import Audited
from helpdesk.core.db import Base, Id, Timestamps, Utc, text_enum


class Security(StrEnum):
    """How a connection to a mail server is kept private."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class SignIn(StrEnum):
    """How the desk says who it is at the mail servers."""

    PASSWORD = "password"  # noqa: S105 — a kind, no password
    OAUTH2 = "oauth2"


class AfterFetch(StrEnum):
    """What becomes of a mail at its server once it is safely in the database."""

    MARK = "mark"
    MOVE = "move"
    DELETE = "delete"


class Mailbox(Audited, Timestamps, Base):
    """One address. Passwords and secrets are sealed by helpdesk.core.sealing; None where there is none."""

    __tablename__ = "mailboxes"
    __table_args__ = (
        Index("uq_mailboxes_default", "is_default", unique=True, postgresql_where="is_default"),
        CheckConstraint("imap_port between 1 and 65535", name="imap_port"),
        CheckConstraint("smtp_port between 1 and 65535", name="smtp_port"),
        CheckConstraint("hourly_limit > 0", name="hourly_limit"),
    )
    audit_secret = frozenset(
        {"imap_password", "smtp_password", "oauth_client_secret", "oauth_refresh_token", "door_secret_hash"}
    )
    audit_digest = frozenset({"signature"})
    # some providers give a new one every hour: doors.oauth tells the trail of consent, not of that
    audit_skip = Audited.audit_skip | {"oauth_refresh_token"}

    id: Mapped[Id]
    name: Mapped[str]
    """What staff call it."""
    address: Mapped[str]
    """The address it answers from, as it is written."""
    address_key: Mapped[str] = mapped_column(unique=True)
    """The same, normalised by accounts.addresses: mail from it is our own."""
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Normalised other addresses whose mail arrives here: our own as well."""
    sender_name: Mapped[str] = mapped_column(default="", server_default="")
    """What stands before the address in From; empty: the desk's name."""
    signature: Mapped[str] = mapped_column(default="", server_default="")
    """Plain text below every public answer from here; empty: none. A team's own goes before it."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    """Whose mailbox it is: what arrives goes to this team, what the team answers leaves from here."""
    is_default: Mapped[bool] = mapped_column(default=False, server_default="false")
    """It sends what no other mailbox is for."""
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")

    imap_host: Mapped[str | None]
    """None: it is not fetched; a pipe or an HTTP door brings its mail, or nothing does."""
    imap_port: Mapped[int] = mapped_column(default=993)
    imap_security: Mapped[Security] = mapped_column(default=Security.TLS)
    imap_user: Mapped[str | None]
    imap_password: Mapped[str | None]
    imap_folder: Mapped[str] = mapped_column(default="INBOX")
    after_fetch: Mapped[AfterFetch] = mapped_column(default=AfterFetch.MARK)
    done_folder: Mapped[str] = mapped_column(default="")
    """Where fetched mail is moved, with AfterFetch.MOVE."""
    cut_off_at: Mapped[Utc | None]
    """Mail that reached the server before this is never imported. None: all of it is."""
    connected_at: Mapped[Utc | None]
    """Since when it is imported: mail from before is never answered automatically. None: not yet switched on."""

    smtp_host: Mapped[str | None]
    """None: nothing can be sent from here."""
    smtp_port: Mapped[int] = mapped_column(default=587)
    smtp_security: Mapped[Security] = mapped_column(
        text_enum(Security, name="smtp_security"), default=Security.STARTTLS
    )
    smtp_user: Mapped[str | None]
    smtp_password: Mapped[str | None]
    hourly_limit: Mapped[int] = mapped_column(default=500)
    """The send brake: so many recipients an hour at most; the rest waits, and administrators are told."""

    sign_in: Mapped[SignIn] = mapped_column(default=SignIn.PASSWORD)
    oauth_authorize_url: Mapped[str] = mapped_column(default="")
    oauth_token_url: Mapped[str] = mapped_column(default="")
    oauth_scope: Mapped[str] = mapped_column(default="")
    oauth_client_id: Mapped[str] = mapped_column(default="")
    oauth_client_secret: Mapped[str | None]
    oauth_refresh_token: Mapped[str | None]
    oauth_ends_at: Mapped[Utc | None]
    """When the permission (or the client's secret) ends and somebody has to renew it, as far as it is known."""

    door_secret_hash: Mapped[str | None] = mapped_column(unique=True)
    """Digest of the secret of its HTTP door; None: the door is shut."""
    has_plus_addresses: Mapped[bool] = mapped_column(default=False)
    """support+anything@ arrives here: Reply-To may carry the reply token."""
    trusts_spam_headers: Mapped[bool] = mapped_column(default=False)
    """X-Spam-Flag and its like were written by its own server."""
    authserv_id: Mapped[str] = mapped_column(default="")
    """Whose Authentication-Results are believed (RFC 8601); empty: nobody's."""

    team: Mapped[Team | None] = relationship(lazy="raise")

    @property
    def audit_name(self) -> int:
        return self.id


class MailboxState(Base):
    """What the fetcher and the sender know of a mailbox: it changes all the time and is not audited."""

    __tablename__ = "mailbox_states"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str | None]
    """Which folder of whom and since when the position is of: of another one it says nothing."""
    uid_validity: Mapped[int | None]
    """UIDVALIDITY of the folder (RFC 3501): with another one, all UIDs mean other mails."""
    last_uid: Mapped[int] = mapped_column(default=0)
    """All up to this UID is safe in the database, or older than the cut-off."""
    looked_at: Mapped[Utc | None]
    """When the folder was last looked at without a failure."""
    failed_at: Mapped[Utc | None]
    """Since when fetching fails; None: it works."""
    failure: Mapped[str | None]
    """What the server said."""
    sent_at: Mapped[Utc | None]
    send_failed_at: Mapped[Utc | None]
    send_failure: Mapped[str | None]
    braked_at: Mapped[Utc | None]
    """Since when the send brake holds; None: it does not."""
    access_token: Mapped[str | None]
    """Sealed."""
    access_ends_at: Mapped[Utc | None]
