"""The names a value can be completed to: people, teams, tags and organizations, one statement for each kind."""

from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Text, cast, func, select, union
from sqlalchemy.orm import InstrumentedAttribute

from helpdesk.accounts.models import EmailAddress, Organization, Team, User
from helpdesk.tickets.criteria.known import Takes
from helpdesk.tickets.criteria.names import contains
from helpdesk.tickets.models import Tag
from helpdesk.tickets.people import organizations_for, people_for

MOST = 10
FEWEST = 3
"""Letters by which the index of parts of words finds people, of whom there may be hundreds of thousands; with fewer the
index of names finds those that begin so."""


def names_like(begun: str, takes: Takes, user: User) -> Select[str, str]:
    """What stands in the query, and what people call it; those that begin so before those that contain it.

    Of people and organizations, those this person may know of.
    """
    if takes is Takes.TEAM:
        return _named(select(Team.id), Team.name, begun)
    if takes is Takes.TAG:
        return _named(select(Tag.id), Tag.name, begun)
    if takes is Takes.ORGANIZATION:
        return _named(organizations_for(user).with_only_columns(Organization.id), Organization.name, begun)
    return _people(begun, user, is_agent=takes is Takes.AGENT)


def _named(known: Select[int], name: InstrumentedAttribute[str], begun: str) -> Select[str, str]:
    found = known.with_only_columns(name.label("value"), name.label("label"))
    if begun:
        found = found.where(contains(name, begun))
    return found.order_by(_comes_later(name, begun), func.lower(name)).limit(MOST)


def _people(begun: str, user: User, *, is_agent: bool) -> Select[str, str]:
    """By name or by an address of theirs. The value is their address: names are shared."""
    name = func.coalesce(func.nullif(User.full_name, ""), User.email)
    found = (
        select(User).where(User.is_staff, ~User.is_system) if is_agent else people_for(user)
    ).with_only_columns(cast(User.email, Text).label("value"), name.label("label"))
    found = found.where(User.is_active, User.email.is_not(None))
    if len(begun) < FEWEST and not is_agent:
        by_name = func.lower(User.full_name)
        return (
            found.where(by_name.startswith(begun.lower(), autoescape=True))
            .order_by(by_name, User.id)
            .limit(MOST)
        )
    if begun:
        named = select(User.id).where(contains(User.full_name, begun))
        # a letter or two stand in nearly every address
        is_like = (
            contains(EmailAddress.email, begun)
            if len(begun) >= FEWEST
            else _begins(EmailAddress.email, begun)
        )
        addressed = select(EmailAddress.user_id).where(is_like)
        found = found.where(User.id.in_(union(named, addressed)))
    return found.order_by(_comes_later(User.full_name, begun), func.lower(User.full_name), User.id).limit(
        MOST
    )


def _comes_later(name: SQLColumnExpression[Any], begun: str) -> ColumnElement[bool]:
    return ~_begins(name, begun)


def _begins(name: SQLColumnExpression[Any], begun: str) -> ColumnElement[bool]:
    return func.starts_with(func.lower(name), begun.lower())
