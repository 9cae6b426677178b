"""Saved views as lists read them: which somebody may open, those they pinned, and whether a view still makes sense."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from helpdesk.accounts.models import Team, User
from helpdesk.queues.models import SavedView, view_pins
from helpdesk.queues.policy import can_share
from helpdesk.tickets.criteria import BadQuery, parse

MOST_PINNED = 30
"""Beside a page; more would be a list of lists."""
_SLUG = re.compile(r"v[0-9a-f]{12}")


def is_view_slug(slug: str) -> bool:
    """Whether an address with this name can only be that of a view."""
    return _SLUG.fullmatch(slug) is not None


@dataclass(frozen=True, slots=True)
class View:
    """A view for reading. `position` is its place among what the reader has pinned; None where they have not."""

    slug: str
    name: str
    query: str
    columns: tuple[str, ...]
    sort: str
    grouping: str
    is_own: bool
    team: str | None = None
    position: int | None = None

    @property
    def is_pinned(self) -> bool:
        return self.position is not None

    @property
    def is_shared(self) -> bool:
        return not self.is_own

    @property
    def is_broken(self) -> bool:
        """Its query is not understood any more: it names what an older program knew."""
        try:
            parse(self.query)
        except BadQuery:
            return True
        return False


def readable_by(user: User) -> ColumnElement[bool]:
    """One's own, those of one's teams, and everyone's; who may change shared views has them all.

    What such a view shows goes by the rights of its reader.
    """
    shared: ColumnElement[bool] = SavedView.owner_id.is_(None)
    if not can_share(user):
        shared = and_(shared, or_(SavedView.team_id.is_(None), SavedView.team_id.in_(user.team_ids)))
    return or_(SavedView.owner_id == user.id, shared)


def views_for(user: User) -> Select[SavedView]:
    """All this person may open."""
    return select(SavedView).where(readable_by(user))


def pinned_views(user: User, also: str | BindParameter[str] = "") -> ColumnElement[Any]:
    """What this person pinned, in their order, and the view called `also`: one JSON column for `read_views`."""
    return _listed(user, or_(view_pins.c.position.is_not(None), SavedView.slug == also), MOST_PINNED + 1)


def all_views(user: User) -> ColumnElement[Any]:
    """Everything this person may open, what they pinned first: one JSON column for `read_views`."""
    return _listed(user, literal(True), 1000)


def _listed(user: User, wanted: ColumnElement[bool], most: int) -> ColumnElement[Any]:
    team = select(Team.name).where(Team.id == SavedView.team_id).correlate(SavedView).scalar_subquery()
    row = func.jsonb_build_object(
        "slug", SavedView.slug, "name", SavedView.name, "query", SavedView.query, "columns", SavedView.columns,
        "sort", SavedView.sort, "grouping", SavedView.grouping, "is_own", SavedView.owner_id.is_not(None),
        "team", team, "position", view_pins.c.position,
    )  # fmt: skip
    pinned = and_(view_pins.c.view_id == SavedView.id, view_pins.c.user_id == user.id)
    rows = (
        select(row.label("each"), view_pins.c.position, SavedView.name, SavedView.id)
        .select_from(SavedView)
        .outerjoin(view_pins, pinned)
        .where(readable_by(user), wanted)
        .order_by(view_pins.c.position.nulls_last(), func.lower(SavedView.name), SavedView.id)
        .limit(most)
        .subquery()
    )
    order = (rows.c.position.nulls_last(), func.lower(rows.c.name), rows.c.id)
    listed = func.coalesce(func.jsonb_agg(rows.c.each).aggregate_order_by(*order), literal([], JSONB))
    return select(listed).select_from(rows).scalar_subquery()


def read_views(found: Sequence[dict[str, Any]]) -> list[View]:
    """What `pinned_views` or `all_views` brought."""
    return [View(**{**each, "columns": tuple(each["columns"])}) for each in found]
