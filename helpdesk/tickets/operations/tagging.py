"""The words agents put on tickets."""

import re
from collections.abc import Iterable

from sqlalchemy import Select, func, select

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.html import clean_text
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.tickets.operations.locking import lock

LONGEST_TAG = 40


class BadTag(Unwelcome):
    """A text that cannot be a tag."""

    status = 422


def clean_tag(name: str) -> str:
    """A tag as it is kept: lower case, words joined by hyphens. Raises BadTag."""
    cleaned = "-".join(clean_text(name).lower().split())
    if not cleaned or len(cleaned) > LONGEST_TAG or re.search(r"[,\"<>]", cleaned):
        raise BadTag(f"“{name.strip()}” cannot be a tag: use 1 to {LONGEST_TAG} letters, digits and hyphens.")
    return cleaned


def tags_named(names: Iterable[str]) -> list[Tag]:
    """The tags with these names, made where they are missing. Raises BadTag."""
    wanted = sorted({clean_tag(name) for name in names})
    known = {tag.name.lower() for tag in tags_with(wanted)}
    for name in wanted:
        if name not in known:
            _make(name)
    return tags_with(wanted)


def tags_with(names: Iterable[str]) -> list[Tag]:
    """Those of these names that are tags already."""
    wanted = [clean_tag(name) for name in names]
    if not wanted:
        return []
    return list(db.session.scalars(select(Tag).where(func.lower(Tag.name).in_(wanted)).order_by(Tag.name)))


def tag_names() -> Select[str]:
    """Every tag there is, by name."""
    return select(Tag.name).order_by(Tag.name)


def _make(name: str) -> None:
    """Another agent may make the same tag at this moment: whoever comes second uses the first one's."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"tag:{name}"))))
    if db.session.scalar(select(Tag.id).where(func.lower(Tag.name) == name)) is None:
        db.session.add(Tag(name=name))
        db.session.flush()


def set_tags(ticket: Ticket, *, names: Iterable[str], by: User) -> None:
    """Put exactly these tags on a ticket. Raises BadTag."""
    ticket = lock(ticket)
    db.session.refresh(ticket, ["tags"])
    _put(ticket, tags_named(names))


def change_tags(ticket: Ticket, *, add: Iterable[str] = (), remove: Iterable[str] = (), by: User) -> None:
    """Add and remove tags, leaving alone what others did meanwhile. Raises BadTag."""
    ticket = lock(ticket)
    db.session.refresh(ticket, ["tags"])
    gone = {clean_tag(name) for name in remove}
    kept = {tag.name.lower() for tag in ticket.tags} - gone
    _put(ticket, tags_named(kept | {clean_tag(name) for name in add}))


def _put(ticket: Ticket, tags: list[Tag]) -> None:
    """The ticket's row says that it changed: pages that are open learn of it by that."""
    if set(tags) != set(ticket.tags):
        ticket.tags = tags
        ticket.updated_at = clock.now()
    db.session.flush()
