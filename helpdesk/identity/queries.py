"""Questions about how people sign in: which second factors they have, and who has none."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, exists, func, select

from helpdesk.accounts.models import Role, User
from helpdesk.core.db import db
from helpdesk.identity.models import SessionStage
from helpdesk.identity.second_factors import Authenticator, Passkey, RecoveryCode


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody can prove beside the first proof. Recovery codes stand in for a factor: alone they are none."""

    totp: bool
    passkeys: int
    recovery_left: int

    @property
    def any(self) -> bool:
        """Whether a second factor is asked of them."""
        return self.totp or self.passkeys > 0


def factors_of(person: User) -> Factors:
    """The second factors of a person, in one statement."""
    counts = (
        select(func.count()).where(model.user_id == person.id).scalar_subquery()
        for model in (Authenticator, Passkey, RecoveryCode)
    )
    apps, passkeys, codes = db.session.execute(select(*counts)).one()
    return Factors(totp=apps > 0, passkeys=passkeys, recovery_left=codes)


def stage_after_first_proof(person: User) -> SessionStage:
    """How far the first proof alone brings somebody."""
    role_demands = (
        select(Role.needs_second_factor).where(Role.id == person.role_id).correlate(None).scalar_subquery()
    )
    has_one, is_demanded = db.session.execute(select(has_second_factor(person.id), role_demands)).one()
    if has_one:
        return SessionStage.SECOND_FACTOR
    return SessionStage.ENROLMENT if is_demanded else SessionStage.FULL


def has_second_factor(user_id: int | SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether this person has an app or a passkey."""
    has_app = exists().where(Authenticator.user_id == user_id)
    has_passkey = exists().where(Passkey.user_id == user_id)
    return has_app | has_passkey


def without_second_factor() -> Select[User]:
    """Staff who may sign in and have no second factor, by name."""
    return (
        select(User)
        .where(User.is_staff, User.is_active, ~User.is_system, ~has_second_factor(User.id))
        .order_by(func.lower(User.full_name), User.id)
    )
