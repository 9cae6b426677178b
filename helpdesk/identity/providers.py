"""Sign-in providers (OpenID Connect): where people may prove elsewhere who they are, and whom a provider knows here."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import User
from helpdesk.audit.models import Audited
from helpdesk.core.db import Base, Created, Id, Timestamps, Utc


class Audience(StrEnum):
    """Whom a provider signs in."""

    STAFF = "staff"
    CUSTOMERS = "customers"


class IdentityProvider(Audited, Timestamps, Base):
    """One provider: everything else about it is read from its own discovery document."""

    __tablename__ = "identity_providers"
    audit_secret = frozenset({"client_secret"})

    id: Mapped[Id]
    name: Mapped[str]
    """What stands on the button."""
    issuer: Mapped[str]
    """Who it is; every token has to say the very same."""
    client_id: Mapped[str]
    client_secret: Mapped[str | None]
    """Sealed; None for a client that has none and proves itself by PKCE alone."""
    scopes: Mapped[str] = mapped_column(default="openid email profile")
    audience: Mapped[Audience]
    domains: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Whose addresses it may vouch for; empty: any."""
    creates_accounts: Mapped[bool] = mapped_column(default=False)
    """Whoever has no account here gets one."""
    role_claim: Mapped[str] = mapped_column(default="")
    """Which claim names the groups that roles follow; empty: none does."""
    role_names: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    """Role by value of that claim; the first one in order of the role's rights that fits."""
    gives_administration: Mapped[bool] = mapped_column(default=False)
    """Its groups may make somebody an administrator: never by itself."""
    gives_second_factor: Mapped[bool] = mapped_column(default=False)
    """Its word (amr) that a second factor was asked for is believed."""
    is_active: Mapped[bool] = mapped_column(default=True)


class ProviderIdentity(Audited, Created, Base):
    """That somebody here is who a provider calls by `subject`. Addresses change hands; this never does."""

    __tablename__ = "provider_identities"
    __table_args__ = (UniqueConstraint("provider_id", "subject"),)
    audit_skip = frozenset({"created_at", "used_at"})

    id: Mapped[Id]
    provider_id: Mapped[int] = mapped_column(ForeignKey("identity_providers.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    subject: Mapped[str]
    used_at: Mapped[Utc | None]

    user: Mapped[User] = relationship(lazy="raise")
