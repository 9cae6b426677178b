"""What signing in leaves in the database: sessions, one-time tokens, tries."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core import clock
from helpdesk.core.db import Base, Created, Id, Utc
from helpdesk.core.tokens import digest


class SessionStage(StrEnum):
    """How far somebody has come in proving who they are; everything but the way on needs a full session."""

    FULL = "full"
    SECOND_FACTOR = "second_factor"
    """The first proof was right; the second one is waited for."""
    ENROLMENT = "enrolment"
    """Their role demands a second factor, and they have none yet."""


class SignInMethod(StrEnum):
    """The first proof of a session."""

    PASSWORD = "password"  # noqa: S105 — a word, no password
    LINK = "link"
    PROVIDER = "provider"
    PASSKEY = "passkey"
    IMPERSONATION = "impersonation"


class SignInSession(Created, Base):
    """One signed-in browser. The cookie holds a secret; here lies its digest. Deleting the row signs it out."""

    __tablename__ = "sessions"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    last_seen_at: Mapped[Utc] = mapped_column(default=clock.now)
    idle_limit: Mapped[timedelta] = mapped_column(default=timedelta(hours=12))
    """Unused for longer than this, it is over."""
    expires_at: Mapped[Utc] = mapped_column(index=True)
    """Over at this moment, however much it is used."""
    ip: Mapped[str | None]
    user_agent: Mapped[str | None]
    stage: Mapped[SessionStage] = mapped_column(
        default=SessionStage.FULL, server_default=SessionStage.FULL.value
    )
    method: Mapped[SignInMethod] = mapped_column(
        default=SignInMethod.PASSWORD, server_default=SignInMethod.PASSWORD.value
    )
    proven_at: Mapped[Utc | None]
    """When they last proved who they are: dangerous acts ask for a fresh proof."""
    factor_proven_at: Mapped[Utc | None]
    """When they last gave a second proof: what concerns second factors asks for a fresh one."""
    impersonator_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """The administrator who looks at the desk as this person."""

    user: Mapped[User] = relationship(lazy="raise", foreign_keys=user_id)

    @property
    def handle(self) -> str:
        """What to call this session on a page of its owner: it tells nothing that could be used elsewhere."""
        return digest(self.token_hash)[:24]


class TokenPurpose(StrEnum):
    """What a one-time link is for; a token works for nothing else."""

    SET_UP = "set_up"
    CONFIRM_EMAIL = "confirm_email"
    INVITATION = "invitation"
    RESET_PASSWORD = "reset_password"  # noqa: S105 — a purpose, no password
    MAGIC_LINK = "magic_link"
    CONFIRM_REQUEST = "confirm_request"
    CONFIRM_ADDRESS = "confirm_address"


class OneTimeToken(Created, Base):
    """A secret handed out once, stored as digest, used at most once, for one purpose and person."""

    __tablename__ = "one_time_tokens"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[TokenPurpose]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    address_id: Mapped[int | None] = mapped_column(ForeignKey("email_addresses.id"), index=True)
    guest_request_id: Mapped[int | None] = mapped_column(ForeignKey("guest_requests.id"), index=True)
    """The request that a guest confirms with it."""
    expires_at: Mapped[Utc] = mapped_column(index=True)
    used_at: Mapped[Utc | None]

    user: Mapped[User | None] = relationship(lazy="raise")
    address: Mapped[EmailAddress | None] = relationship(lazy="raise")


class AttemptKind(StrEnum):
    """What was tried."""

    SIGN_IN = "sign_in"
    MAIL_LINK = "mail_link"
    GUEST_REQUEST = "guest_request"
    NAMED_ADDRESS = "named_address"
    SECOND_FACTOR = "second_factor"


class SignInAttempt(Base):
    """One try at something that strangers may try too; counted per account and per network."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index(None, "kind", "account_key", "occurred_at"),
        Index(None, "kind", "network", "occurred_at"),
    )

    id: Mapped[Id]
    kind: Mapped[AttemptKind]
    account_key: Mapped[str]
    """Digest of the normalised address: the table tells nobody who has an account."""
    network: Mapped[str]
    occurred_at: Mapped[Utc] = mapped_column(default=clock.now, index=True)
    succeeded: Mapped[bool] = mapped_column(default=False)
    """The try, or one after it from the same network, was right: it counts no longer."""
