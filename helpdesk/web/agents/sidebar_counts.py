"""The counts beside agents' pages: read with what is pinned in one statement, kept for seconds, never older than one's
own last deed.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import Response, current_app, g, request
from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.exc import OperationalError

from helpdesk.accounts.models import User
from helpdesk.accounts.preferences import preferences_of
from helpdesk.core.configuration import configuration
from helpdesk.core.counts import told
from helpdesk.core.db import db
from helpdesk.queues.catalogue import QUEUES
from helpdesk.queues.counts import counts_for, limit_patience, view_counts
from helpdesk.queues.freshness import freshness_of
from helpdesk.queues.views import View, is_view_slug, pinned_views, read_views
from helpdesk.tickets.bulk.queries import under_way_of
from helpdesk.tickets.kept import kept, values_of
from helpdesk.web import caches
from helpdesk.web.agents.desk_zone import desk_zone

ACTED = "helpdesk-acted"
"""A cookie that lives as long as counts are kept: whoever has it did something, and has counts made afresh."""
SHOWN_SECONDS = 60
"""How long the count of a view is shown; after `counts_seconds` the page's script asks for a new one."""
PATIENCE, PATIENCE_EACH, PATIENCE_IN_ALL = 2000, 500, 5.0
"""How long views may be counted: all at once and each in milliseconds, all of those that are slow in seconds."""
SLOW_SECONDS = 300
"""How long nobody counts again what took too long."""


def sidebar() -> dict[str, Any]:
    """Capped counts by slug, `changed_at`, `reads`, the `views` that are pinned or asked for, and the bulk edit that is
    `edit_under_way`. Costs one statement, once a request.
    """
    if "sidebar" not in g:
        g.sidebar = _read()
    found: dict[str, Any] = g.sidebar
    return found


def _read() -> dict[str, Any]:
    known = None if _has_acted() else caches.kept(_key("queues"))
    statement = _beside(g.agent) if known else _counts_and_beside(g.agent)
    values = {"also": _slug_in_request(), **values_of(g.agent)}
    row = dict(db.session.execute(statement, values).one()._mapping)
    row["views"] = read_views(row["views"])
    if known:
        # whoever compares asks again soon, when these counts have ended
        was = known["changed_at"]
        row |= {**known["counts"], "changed_at": datetime.fromisoformat(was) if was else None}
    elif seconds := configuration().counts_seconds:
        counts = {name: value for name, value in row.items() if name in QUEUES}
        changed_at = row["changed_at"].isoformat() if row["changed_at"] else None
        caches.keep(_key("queues"), {"counts": counts, "changed_at": changed_at}, seconds=seconds)
    return row


@kept
def _beside(reader: User) -> Select[*tuple[Any, ...]]:
    return select(*_columns(reader))


@kept
def _counts_and_beside(reader: User) -> Select[*tuple[Any, ...]]:
    return counts_for(reader).add_columns(*_columns(reader))


def _columns(reader: User) -> tuple[ColumnElement[Any], ...]:
    """Of kept statements: the slug that is asked for beside what is pinned is bound to `also`."""
    return (
        *freshness_of(reader),
        pinned_views(reader, bindparam("also")).label("views"),
        under_way_of(reader).label("edit_under_way"),
    )


def views_beside() -> Sequence[View]:
    """Those this agent pinned, in their order."""
    return [view for view in sidebar()["views"] if view.is_pinned]


def view_read(slug: str) -> View | None:
    """A view that came with the sidebar."""
    return next((view for view in sidebar()["views"] if view.slug == slug), None)


def kept_view_counts() -> tuple[dict[str, int], bool]:
    """What is known of how many tickets the pinned views hold, and whether it is time to ask again."""
    if not views_beside():
        return {}, False
    found = caches.kept(_key("views"))
    if not found:
        return {}, True
    return found["counts"], _has_acted() or time.time() > found["fresh_until"]


def count_views(views: Sequence[View]) -> dict[str, int]:
    """Counted now, in one statement; where that takes too long one by one, without those that do. Keeps the pinned."""
    counts = _all_at_once(views)
    is_slow = counts is None
    if counts is None:
        counts = _one_by_one(views)
    pinned = {view.slug for view in views if view.is_pinned}
    fresh = SLOW_SECONDS if is_slow else configuration().counts_seconds
    kept = {
        "counts": {slug: n for slug, n in counts.items() if slug in pinned},
        "fresh_until": time.time() + fresh,
    }
    caches.keep(_key("views"), kept, seconds=max(fresh, SHOWN_SECONDS))
    return counts


def _all_at_once(views: Sequence[View]) -> dict[str, int] | None:
    try:
        with db.session.begin_nested():
            return _counted(views, PATIENCE)
    except OperationalError:  # it took too long; what came before it stands
        return None


def _one_by_one(views: Sequence[View]) -> dict[str, int]:
    counts: dict[str, int] = {}
    ends = time.monotonic() + PATIENCE_IN_ALL
    for view in views:
        if time.monotonic() > ends:
            break
        try:
            with db.session.begin_nested():
                counts |= _counted([view], PATIENCE_EACH)
        except OperationalError:
            continue
    return counts


def _counted(views: Sequence[View], milliseconds: int) -> dict[str, int]:
    statement = view_counts(views, g.agent, desk_zone())
    if not statement.selected_columns:
        return {}
    before = db.session.scalars(limit_patience(f"{milliseconds}ms")).one()
    counts = dict(db.session.execute(statement).one()._mapping)
    db.session.execute(limit_patience(before))
    return counts


def shown(count: int | None) -> int | None:
    """A capped count as pages tell it."""
    return None if count is None else told(count)


def remember_the_deed(response: Response) -> Response:
    """After anything but looking, one's own counts are made afresh until those that are kept have ended."""
    seconds = configuration().counts_seconds
    if seconds and request.method not in ("GET", "HEAD", "OPTIONS"):
        response.set_cookie(
            ACTED,
            "1",
            max_age=seconds + 1,
            path="/agent",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def _has_acted() -> bool:
    return ACTED in request.cookies


def _slug_in_request() -> str:
    """The view this page is of, or comes from."""
    named = ((request.view_args or {}).get("slug", ""), request.args.get("in", ""))
    slugs = (*named, preferences_of(g.agent).start if request.endpoint == "agents.start" else "")
    return next((str(slug) for slug in slugs if is_view_slug(str(slug))), "")


def _key(kind: str) -> str:
    """By person and by what they may see: other rights, other counts."""
    agent = g.agent
    sight = repr((agent.id, sorted(agent.permissions), sorted(agent.team_ids)))
    return f"{kind}:{sha256(sight.encode()).hexdigest()[:32]}"
