"""Views kept, changed, deleted; and put beside one's pages, in one's own order."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, func, insert, select, update

from helpdesk.accounts.models import Team, User
from helpdesk.accounts.names import BadName, clean_name
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict, Refused, Unwelcome
from helpdesk.queues.looks import COLUMNS, GROUPINGS, VIEW_SORTS
from helpdesk.queues.models import SavedView, view_pins
from helpdesk.queues.policy import can_change, can_share
from helpdesk.queues.views import MOST_PINNED, readable_by
from helpdesk.tickets.criteria import parse

MOST_VIEWS = 200
LONGEST_QUERY = 500


class Audience(StrEnum):
    """Who has a view."""

    OWN = "own"
    TEAM = "team"
    EVERYONE = "everyone"


class BadLook(Unwelcome):
    """A column, order or grouping that does not exist."""

    status = 422


class TooLongQuery(Unwelcome):
    """More than a query says."""

    status = 422


class TooManyViews(Conflict):
    """More than anybody finds again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a view is: what somebody typed and chose."""

    name: str
    query: str
    columns: Sequence[str] = ()
    sort: str = "activity"
    grouping: str = ""
    team: Team | None = None
    audience: Audience = Audience.OWN


def create_view(content: Content, *, by: User) -> SavedView:
    """Keep a view and pin it for who made it. Raises BadName, BadQuery, BadLook, TooManyViews, Refused."""
    _refuse_too_many(content.audience, by)
    view = SavedView()
    _fill(view, content, by=by)
    db.session.add(view)
    db.session.flush()
    pin(view, by=by)
    return view


def change_view(view: SavedView, content: Content, *, by: User) -> None:
    """Raises BadName, BadQuery, BadLook, TooManyViews, Refused."""
    db.session.refresh(view, with_for_update=True)
    _refuse_strangers(view, by)
    if (content.audience is Audience.OWN) != (view.owner_id is not None):
        _refuse_too_many(content.audience, by)
    _fill(view, content, by=by)
    db.session.flush()


def delete_view(view: SavedView, *, by: User) -> None:
    """It is gone from beside everybody's pages; its tickets stay. Raises Refused."""
    _refuse_strangers(view, by)
    db.session.delete(view)
    db.session.flush()


def pin(view: SavedView, *, by: User) -> None:
    """Put it last beside one's own pages; where it is already it stays. Raises TooManyViews."""
    pins = _pins_of(by)
    if view.id in pins:
        return
    if len(pins) >= MOST_PINNED:
        raise TooManyViews(f"{MOST_PINNED} views are pinned. Unpin one that you do not use first.")
    db.session.execute(insert(view_pins).values(user_id=by.id, view_id=view.id, position=len(pins)))


def unpin(view: SavedView, *, by: User) -> None:
    """Take it from beside one's own pages."""
    _arrange([each for each in _pins_of(by) if each != view.id], by=by)


def move(view: SavedView, *, by: User, places: int) -> None:
    """So many places down among what one pinned, or up where negative; not beyond either end."""
    pins = _pins_of(by)
    if view.id not in pins:
        return
    place = max(0, min(pins.index(view.id) + places, len(pins) - 1))
    pins.remove(view.id)
    pins.insert(place, view.id)
    _arrange(pins, by=by)


def _pins_of(user: User) -> list[int]:
    """The ids of what somebody pinned and may still open, in order; two windows of one person follow each other."""
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    pinned = (
        select(view_pins.c.view_id)
        .join(SavedView, SavedView.id == view_pins.c.view_id)
        .where(view_pins.c.user_id == user.id, readable_by(user))
        .order_by(view_pins.c.position, view_pins.c.view_id)
    )
    return list(db.session.scalars(pinned))


def _arrange(pins: Sequence[int], *, by: User) -> None:
    own = view_pins.c.user_id == by.id
    db.session.execute(delete(view_pins).where(own, view_pins.c.view_id.not_in(pins)))
    for position, view_id in enumerate(pins):
        db.session.execute(
            update(view_pins).where(own, view_pins.c.view_id == view_id).values(position=position)
        )


def _fill(view: SavedView, content: Content, *, by: User) -> None:
    if content.audience is not Audience.OWN and not can_share(by):
        raise Refused(
            "Your role does not permit sharing views. Keep it for yourself, or ask an administrator."
        )
    if content.audience is Audience.TEAM and content.team is None:
        raise BadLook("Choose the team that is to have this view.")
    name = clean_name(content.name)
    if not name:
        raise BadName("Give it a name.")
    if len(content.query) > LONGEST_QUERY:
        raise TooLongQuery(f"A query may have {LONGEST_QUERY} characters at most.")
    known = content.sort.removeprefix("-") in VIEW_SORTS and set(content.columns) <= set(COLUMNS)
    if not known or content.grouping not in ("", *GROUPINGS):
        raise BadLook("That column, order or grouping does not exist. Load the page again.")
    view.name, view.query = name, str(parse(content.query))
    view.columns = [each for each in COLUMNS if each in content.columns]
    view.grouping = content.grouping
    view.sort = "due" if content.grouping == "due" else content.sort
    view.owner_id = by.id if content.audience is Audience.OWN else None
    view.team_id = content.team.id if content.audience is Audience.TEAM and content.team else None


def _refuse_too_many(audience: Audience, by: User) -> None:
    is_own = audience is Audience.OWN
    kept = select(func.count(SavedView.id)).where(SavedView.owner_id == (by.id if is_own else None))
    if (db.session.scalar(kept) or 0) >= MOST_VIEWS:
        if is_own:
            raise TooManyViews(f"You have {MOST_VIEWS} views. Delete one that you do not use first.")
        raise TooManyViews(f"{MOST_VIEWS} views are shared. Delete one that nobody uses first.")


def _refuse_strangers(view: SavedView, by: User) -> None:
    if not can_change(by, view):
        raise Refused("Your role does not permit changing shared views. Make a copy of your own.")
