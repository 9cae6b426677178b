"""What a filter can offer: the names there are, in one statement."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from helpdesk.accounts.models import Team, User
from helpdesk.tickets.models import Tag

MOST = 100
"""Of each kind: what goes beyond is typed."""


@cache
def choices() -> Select[list[list[str]], list[str], list[str]]:
    """One row: `staff` (name and address of everybody who works here), `teams` and `tags` (names)."""
    working = and_(User.is_staff, User.is_active, ~User.is_system)
    person = func.jsonb_build_array(func.coalesce(func.nullif(User.full_name, ""), User.email), User.email)
    staff = select(person.label("each")).where(working, User.email.is_not(None))
    return select(
        _listed(staff.order_by(func.lower(User.full_name), User.id)).label("staff"),
        _listed(_names(Team.name)).label("teams"),
        _listed(_names(Tag.name)).label("tags"),
    )


def _names(column: InstrumentedAttribute[str]) -> Select[str]:
    return select(column.label("each")).order_by(func.lower(column))


def _listed(found: Select[Any]) -> ColumnElement[Any]:
    rows = found.limit(MOST).subquery()
    each: SQLColumnExpression[Any] = rows.c.each
    listed = func.coalesce(func.jsonb_agg(each), func.jsonb_build_array())
    return select(listed).select_from(rows).scalar_subquery()
