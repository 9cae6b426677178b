"""What the security page counts: who signs in with one proof only, who failed to, what lies open, what is sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, String, case, func, literal, select, tuple_

from helpdesk.accounts.models import Role, RolePermission, User
from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AccessKind, AccessLog, AuditLog, AuditSeal
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.models import OneTimeToken, SignInSession, TokenPurpose
from helpdesk.identity.queries import without_second_factor

SHOWN = 10
WEEK, DAY = timedelta(days=7), timedelta(days=1)
OLD_SESSION = timedelta(days=14)
LATE_SEAL = timedelta(minutes=15)
"""Seals are made every minute; a transaction may take a while."""
FAILURES = (AccessKind.SIGN_IN_FAILED, AccessKind.SECOND_FACTOR_FAILED, AccessKind.PROOF_FAILED)
POWERFUL = (Permission.MANAGE_PEOPLE, Permission.MANAGE_DESK, Permission.IMPERSONATE)


@dataclass(frozen=True, slots=True)
class Unproven:
    """Staff who sign in with one proof alone: the first of them by name, and how many there are."""

    people: Sequence[Row[*tuple[Any, ...]]]
    count: int


@dataclass(frozen=True, slots=True)
class Failures:
    """Sign-ins that failed within a week, the most at the top: by who tried, and by where from."""

    accounts: Sequence[Row[*tuple[Any, ...]]]
    networks: Sequence[Row[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What one statement counts."""

    staff: int
    administrators: int
    loose_roles: int
    """Roles that may administrate and ask for no second factor."""
    old_sessions: int
    open_invitations: int
    unsealed: int
    sealed_at: datetime | None
    anchored_at: datetime | None


def unproven() -> Unproven:
    """Costs one statement."""
    people = without_second_factor().outerjoin(Role, Role.id == User.role_id)
    columns = (User.id, User.full_name, Role.name.label("role"), func.count().over().label("whole"))
    rows = db.session.execute(people.with_only_columns(*columns).limit(SHOWN)).all()
    return Unproven(rows, rows[0].whole if rows else 0)


def failures() -> Failures:
    """Costs one statement: accounts and networks are two ways to group the same rows."""
    now = clock.now()
    typed = case((AccessLog.user_id.is_(None), AccessLog.detail), else_=literal("", String))
    is_account = (func.grouping(AccessLog.ip) == 1).label("is_account")
    grouped = (
        select(
            is_account,
            AccessLog.user_id,
            typed.label("typed"),
            AccessLog.ip,
            func.count().label("week"),
            func.count().filter(AccessLog.created_at > now - DAY).label("day"),
            func.max(AccessLog.created_at).label("latest"),
        )
        .where(AccessLog.kind.in_(FAILURES), AccessLog.created_at > now - WEEK)
        .group_by(func.grouping_sets(tuple_(AccessLog.user_id, typed), tuple_(AccessLog.ip)))
    ).subquery()
    order = (grouped.c.week.desc(), grouped.c.latest.desc())
    ranked = select(
        grouped, func.row_number().over(partition_by=grouped.c.is_account, order_by=order).label("rank")
    ).subquery()
    rows = db.session.execute(
        select(ranked, User.full_name.label("name"))
        .outerjoin(User, User.id == ranked.c.user_id)
        .where(ranked.c.rank <= SHOWN)
        .order_by(ranked.c.rank)
    ).all()
    return Failures(
        [row for row in rows if row.is_account], [row for row in rows if not row.is_account and row.ip]
    )


def counts() -> Counts:
    """Costs one statement."""
    now = clock.now()
    staff = select(func.count()).select_from(User).where(User.is_staff, User.is_active, ~User.is_system)
    powerful = select(RolePermission.role_id).where(RolePermission.permission.in_(POWERFUL))
    sessions = (
        select(func.count())
        .select_from(SignInSession)
        .join(User, User.id == SignInSession.user_id)
        .where(
            User.is_staff,
            SignInSession.expires_at > now,
            SignInSession.last_seen_at + SignInSession.idle_limit > now,
            SignInSession.created_at < now - OLD_SESSION,
        )
    )
    invitations = select(func.count()).where(
        OneTimeToken.purpose == TokenPurpose.INVITATION,
        OneTimeToken.used_at.is_(None),
        OneTimeToken.expires_at > now,
        OneTimeToken.created_at < now - WEEK,
    )
    sealed_up_to = func.coalesce(
        select(func.max(AuditSeal.up_to_id))
        .where(AuditSeal.table_name == AuditLog.__tablename__)
        .scalar_subquery(),
        0,
    )
    unsealed = select(func.count()).where(AuditLog.id > sealed_up_to, AuditLog.created_at < now - LATE_SEAL)
    asked = {
        "staff": staff,
        "administrators": staff.where(User.role_id.in_(powerful)),
        "loose_roles": select(func.count()).where(Role.id.in_(powerful), ~Role.needs_second_factor),
        "old_sessions": sessions,
        "open_invitations": invitations,
        "unsealed": unsealed,
        "sealed_at": select(func.max(AuditSeal.sealed_at)),
        "anchored_at": select(func.max(AuditSeal.anchored_at)),
    }
    row = db.session.execute(select(*(each.scalar_subquery().label(name) for name, each in asked.items())))
    return Counts(**row.one()._mapping)
