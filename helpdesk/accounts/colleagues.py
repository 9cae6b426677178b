"""Whom a manager counts among the people of their organization: columns that customers may read, and no others."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, func, or_, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.pagination import Key

MOST_WORDS = 5
_NAME = func.lower(User.full_name, type_=Text())
BY_NAME = (Key(_NAME), Key(User.id))
BY_NAME_BACKWARDS = (Key(_NAME, descending=True), Key(User.id, descending=True))


def colleagues_of(manager: User) -> Select[User]:
    """Active people of the organization, and those who are asked to join it and have not answered."""
    belongs = User.organization_id == manager.organization_id
    is_invited = and_(User.organization_id.is_(None), User.invited_to_id == manager.organization_id)
    return select(User).where(or_(belongs, is_invited), User.is_active, ~User.is_staff)


def matching(people: Select[User], text: str) -> Select[User]:
    """Those in whose name or address every word of the text occurs."""
    for word in text.split()[:MOST_WORDS]:
        pattern = "%" + re.sub(r"([%_\\])", r"\\\1", word) + "%"
        address = select(EmailAddress.id).where(
            EmailAddress.user_id == User.id, EmailAddress.email.ilike(pattern)
        )
        people = people.where(or_(User.full_name.ilike(pattern), address.correlate(User).exists()))
    return people


def listed(people: Select[User]) -> Select[*tuple[Any, ...]]:
    """Id, full_name, email (the primary one), organization_role (None: invited), has_confirmed."""
    return people.with_only_columns(
        User.id,
        User.full_name,
        _primary(EmailAddress.email).label("email"),
        User.organization_role,
        _primary(EmailAddress.verified_at.is_not(None)).label("has_confirmed"),
    )


def _primary(column: Any) -> ColumnElement[Any]:
    return (
        select(column)
        .where(EmailAddress.user_id == User.id, EmailAddress.is_primary)
        .correlate(User)
        .scalar_subquery()
    )
