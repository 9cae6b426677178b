"""User and what a person belongs to: addresses, organization, teams, role."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    and_,
    event,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Mapped, column_property, mapped_column, relationship

from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import Audited
from helpdesk.core import clock
from helpdesk.core.db import Base, Id, Json, Timestamps, Utc


class OrganizationRole(StrEnum):
    """What a customer is within their organization."""

    MEMBER = "member"
    MANAGER = "manager"


class Sharing(StrEnum):
    """Who in an organization sees the requests of colleagues."""

    NONE = "none"
    MANAGERS = "managers"
    EVERYONE = "everyone"


class Organization(Audited, Timestamps, Base):
    """A company or household whose people ask for help."""

    __tablename__ = "organizations"
    audit_digest = frozenset({"notes"})

    id: Mapped[Id]
    name: Mapped[str]
    domains: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    sharing: Mapped[Sharing] = mapped_column(default=Sharing.NONE)
    notes: Mapped[str] = mapped_column(default="", server_default="")
    """What staff should know about it; no customer ever reads this."""


Index("uq_organizations_name", func.lower(Organization.name), unique=True)


class RolePermission(Base):
    """One permission that a role gives."""

    __tablename__ = "role_permissions"

    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id"), primary_key=True)
    permission: Mapped[Permission] = mapped_column(primary_key=True)

    @property
    def audit_name(self) -> str:
        return self.permission.value


class Role(Audited, Timestamps, Base):
    """A named set of permissions for staff."""

    __tablename__ = "roles"
    audit_relations = frozenset({"permissions"})

    id: Mapped[Id]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    is_built_in: Mapped[bool] = mapped_column(default=False)
    needs_second_factor: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether whoever has the role signs in with a second factor, and sets one up before anything else."""

    permissions: Mapped[list[RolePermission]] = relationship(cascade="all, delete-orphan", lazy="raise")


Index("uq_roles_name", func.lower(Role.name), unique=True)


team_members = Table(
    "team_members",
    Base.metadata,
    Column("team_id", ForeignKey("teams.id"), primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False, default=clock.now),
)


class Team(Audited, Timestamps, Base):
    """Staff who share a kind of work."""

    __tablename__ = "teams"
    __table_args__ = (CheckConstraint("reopen_days between 0 and 3650", name="reopen_days"),)
    audit_relations = frozenset({"members"})
    audit_digest = frozenset({"signature"})

    id: Mapped[Id]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    reopen_days: Mapped[int | None]
    """For how many days after the end customers may reopen this team's tickets; None: as the desk says."""

    signature: Mapped[str] = mapped_column(default="", server_default="")
    """Plain text below the team's public answers; empty: the mailbox's."""

    members: Mapped[list["User"]] = relationship(secondary=team_members, lazy="raise")


Index("uq_teams_name", func.lower(Team.name), unique=True)


class EmailAddress(Audited, Timestamps, Base):
    """One address of a person. `email_key` is what makes two spellings the same address."""

    __tablename__ = "email_addresses"
    __table_args__ = (
        Index("uq_email_addresses_primary", "user_id", unique=True, postgresql_where="is_primary"),
        CheckConstraint(
            "not (is_claim and (is_primary or verified_at is not null))", name="claims_are_unproven"
        ),
    )
    audit_skip = Audited.audit_skip | {"is_claim"}  # verified_at says it

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    verified_at: Mapped[Utc | None]
    is_primary: Mapped[bool] = mapped_column(default=True)
    is_claim: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Its person said so and nobody has confirmed it: for everybody else it is nobody's address."""

    user: Mapped["User"] = relationship(back_populates="addresses")


class User(Audited, Timestamps, Base):
    """A person: customer, or staff through a role. Deactivated or anonymised, never deleted with their tickets."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("is_system or is_staff = (role_id is not null)", name="staff_has_a_role"),
        CheckConstraint(
            "(organization_id is null) = (organization_role is null)", name="role_within_an_organization"
        ),
        Index("uq_users_system", "is_system", unique=True, postgresql_where="is_system"),
        Index("ix_users_deactivated", "id", postgresql_where="not is_active"),
    )
    audit_secret = frozenset({"password_hash"})
    audit_digest = frozenset({"notes", "signature"})
    audit_skip = frozenset({"updated_at", "last_login", "preferences"})

    id: Mapped[Id]
    full_name: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    is_staff: Mapped[bool] = mapped_column(default=False, index=True)
    is_system: Mapped[bool] = mapped_column(default=False)
    role_id: Mapped[int | None] = mapped_column(ForeignKey("roles.id"), index=True)
    locale: Mapped[str | None] = mapped_column(String(16))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    organization_role: Mapped[OrganizationRole | None]
    invited_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("organizations.id", ondelete="SET NULL"), index=True
    )
    """The organization whose manager has asked them to join; null again once they have answered."""
    last_login: Mapped[Utc | None]
    anonymised_at: Mapped[Utc | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """The person this one turned out to be; all that was theirs is there now."""
    notes: Mapped[str] = mapped_column(default="", server_default="")
    """What staff should know about the person; no customer ever reads this."""
    signature: Mapped[str] = mapped_column(default="", server_default="")
    picture_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    preferences: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    """Read and written through helpdesk.accounts.preferences."""

    role: Mapped[Role | None] = relationship(lazy="raise")
    organization: Mapped[Organization | None] = relationship(foreign_keys=organization_id, lazy="raise")
    addresses: Mapped[list[EmailAddress]] = relationship(
        back_populates="user", lazy="raise", order_by=EmailAddress.id
    )
    teams: Mapped[list[Team]] = relationship(secondary=team_members, viewonly=True, lazy="raise")

    if TYPE_CHECKING:  # column properties, given below
        email: Mapped[str | None]
        permissions: Mapped[list[str]]
        team_ids: Mapped[list[int]]
        shared_organization_id: Mapped[int | None]

    def may(self, permission: Permission) -> bool:
        """Whether this person's role gives the permission. Nobody without an active account may anything."""
        return self.is_active and self.role_id is not None and permission.value in self.permissions

    @property
    def name(self) -> str:
        """What to call the person: full name, else address, else a word."""
        return self.full_name or self.email or "Somebody"

    @property
    def audit_name(self) -> int:
        return self.id  # names change and are erased; the trail's reader looks them up

    # Flask-Login's four questions
    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_anonymous(self) -> bool:
        return False

    def get_id(self) -> str:
        return str(self.id)


Index("ix_users_by_name", func.lower(User.full_name), User.id)


def _find_by_parts(column: InstrumentedAttribute[str]) -> None:
    """A part of a word finds the row without reading all of them."""
    name = f"ix_{column.class_.__tablename__}_{column.key}_trigrams"
    Index(name, column, postgresql_using="gin", postgresql_ops={column.key: "gin_trgm_ops"})


_find_by_parts(User.full_name)
_find_by_parts(EmailAddress.email)
event.listen(Base.metadata, "before_create", DDL("create extension if not exists pg_trgm"))  # type: ignore[no-untyped-call]  # SQLAlchemy's, without types


def _primary_email() -> Any:
    return (
        select(EmailAddress.email)
        .where(EmailAddress.user_id == User.id, EmailAddress.is_primary)
        .correlate_except(EmailAddress)
        .scalar_subquery()
    )


User.email = column_property(_primary_email())
# arrays, so that who a person is and may do arrives in one statement
User.permissions = column_property(
    func.array(
        select(RolePermission.permission)
        .where(RolePermission.role_id == User.role_id)
        .correlate_except(RolePermission)
        .scalar_subquery(),
        type_=ARRAY(Text),
    )
)
User.team_ids = column_property(
    func.array(
        select(team_members.c.team_id)
        .where(team_members.c.user_id == User.id)
        .correlate_except(team_members)
        .scalar_subquery(),
        type_=ARRAY(BigInteger),
    )
)
# the organization whose tickets the person may see beside their own
User.shared_organization_id = column_property(
    select(Organization.id)
    .where(
        Organization.id == User.organization_id,
        or_(
            Organization.sharing == Sharing.EVERYONE,
            and_(
                Organization.sharing == Sharing.MANAGERS,
                User.organization_role == OrganizationRole.MANAGER,
            ),
        ),
    )
    .correlate_except(Organization)
    .scalar_subquery()
)
