"""What somebody can prove beside the first proof: codes of an app, recovery codes, passkeys."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from helpdesk.audit.models import Audited
from helpdesk.core.db import Base, Created, Id, Utc
from helpdesk.core.tokens import digest


class Authenticator(Audited, Created, Base):
    """The app on somebody's phone that makes codes (RFC 6238). It is here once a code of it was right."""

    __tablename__ = "authenticators"
    audit_secret = frozenset({"secret"})
    audit_skip = frozenset({"created_at", "last_step", "used_at"})

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    secret: Mapped[str]
    """Sealed: what the app has in common with us."""
    last_step: Mapped[int]
    """The step of time of the last code that was taken: it and all before it are used up."""
    used_at: Mapped[Utc | None]


class RecoveryCode(Created, Base):
    """One way in without the phone, hashed as passwords are. Used, it is gone."""

    __tablename__ = "recovery_codes"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str]


class Passkey(Audited, Created, Base):
    """A key of WebAuthn: on a phone, a computer, a stick. We have its public half."""

    __tablename__ = "passkeys"
    audit_skip = frozenset(
        {"created_at", "credential_id", "public_key", "user_handle", "sign_count", "transports", "used_at"}
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    user_handle: Mapped[bytes] = mapped_column(LargeBinary)
    """What the key calls its owner: random, the same for all keys of a person."""
    sign_count: Mapped[int] = mapped_column(default=0)
    """How often it has signed, where it counts: one that counts backwards was copied."""
    transports: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """How browsers reach it, as the browser said: a hint for the next time."""
    used_at: Mapped[Utc | None]

    @property
    def handle(self) -> str:
        """What to call it in an address of its owner's pages."""
        return digest(self.credential_id.hex())[:24]


class SpentChallenge(Base):
    """A challenge that a passkey has answered: the same answer is taken once."""

    __tablename__ = "spent_challenges"

    id: Mapped[Id]
    challenge_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[Utc] = mapped_column(index=True)
    """When the challenge is too old anyway."""
