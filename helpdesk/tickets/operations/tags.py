"""Tags themselves: made, described, renamed, merged, deleted. Putting them on tickets is tagging.py."""

from sqlalchemy import func, select

from helpdesk.accounts.models import User
from helpdesk.audit import acts
from helpdesk.audit.bulk import bulk_delete, bulk_relate
from helpdesk.audit.models import AuditAction
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.lines import one_line
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.tickets.operations.tagging import BadTag, clean_tag

LONGEST_DESCRIPTION = 200


class TagTaken(Conflict):
    """There is such a tag already: two of one name are merged, not renamed."""


class NotMergeable(Conflict):
    """A tag cannot become part of itself."""


def create_tag(*, name: str, color: str, description: str, by: User) -> Tag:
    """`color` as #rrggbb. Raises BadTag and TagTaken."""
    tag = Tag(name=clean_tag(name), color=color, description=_cleaned(description))
    _refuse_second(tag.name)
    db.session.add(tag)
    db.session.flush()
    return tag


def change_tag(tag: Tag, *, name: str, color: str, description: str, by: User) -> None:
    """Tickets that have it show the new name and colour at once. Raises BadTag and TagTaken."""
    name, description_ = clean_tag(name), _cleaned(description)
    db.session.refresh(tag, with_for_update=True)
    if name != tag.name:
        _refuse_second(name, beside=tag.id)
    tag.name, tag.color, tag.description = name, color, description_
    db.session.flush()


def merge_tags(tag: Tag, *, into: Tag, by: User) -> int:
    """Every ticket with `tag`, the bin's too, has `into` instead, and `tag` is no more. Cannot be undone.

    Returns how many tickets changed; each is audited. Raises NotMergeable.
    """
    if tag.id == into.id:
        raise NotMergeable("These are one tag already. Choose another one.")
    _lock(tag.id, into.id)
    changed = bulk_relate(Ticket.tags, Ticket.tags.any(Tag.id == tag.id), add=[into], remove=[tag])
    acts.record("tags", into.id, AuditAction.UPDATE, {"took_in": [None, tag.name]})
    bulk_delete(Tag, Tag.id == tag.id)
    return len(changed)


def delete_tag(tag: Tag, *, by: User) -> int:
    """It is taken off every ticket, each audited, and is no more. Returns how many tickets had it."""
    _lock(tag.id)
    changed = bulk_relate(Ticket.tags, Ticket.tags.any(Tag.id == tag.id), remove=[tag])
    bulk_delete(Tag, Tag.id == tag.id)
    return len(changed)


def _cleaned(description: str) -> str | None:
    text = one_line(description)
    if len(text) > LONGEST_DESCRIPTION:
        raise BadTag(f"A description may have {LONGEST_DESCRIPTION} characters at most.")
    return text or None


def _refuse_second(name: str, *, beside: int = 0) -> None:
    """The same lock as for tags made while tagging: of two who give one name at once, the second is refused."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"tag:{name}"))))
    called_so = select(Tag.id).where(func.lower(Tag.name) == name, Tag.id != beside)
    if db.session.scalar(called_so) is not None:
        raise TagTaken(f"There is a tag “{name}” already. Merge the two instead.")


def _lock(*ids: int) -> None:
    rows = select(Tag).where(Tag.id.in_(ids)).order_by(Tag.id).with_for_update()
    db.session.scalars(rows, execution_options={"populate_existing": True}).all()
