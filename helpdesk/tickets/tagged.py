"""How many tickets have a tag, told by the tags of tickets alone: their index has all it takes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, any_, case, distinct, func, or_, select

from helpdesk.accounts.models import User
from helpdesk.tickets.criteria.names import named
from helpdesk.tickets.models import Tag, Ticket, ticket_tags
from helpdesk.tickets.policy import sees_everything
from helpdesk.tickets.queries import tickets_for


def is_seen_by(user: User) -> ColumnElement[bool]:
    """Whether the tagged ticket is one this agent sees. Who sees every one does not see the bin, which is small."""
    if sees_everything(user):
        deleted = select(Ticket.id).where(
            Ticket.id == ticket_tags.c.ticket_id, Ticket.deleted_at.is_not(None)
        )
        return ~deleted.correlate(ticket_tags).exists()
    return ticket_tags.c.ticket_id.in_(tickets_for(user).with_only_columns(Ticket.id))


def numbers_of(
    names: Sequence[str], without: Sequence[str], user: User, *, most: int
) -> Select[*tuple[int, ...]]:
    """One row for each tag that one of these names means in a query: its `id`, and `number`, on how many tickets of
    those this agent sees it is; `together` they are on so many that have none of the tags called `without`, null for a
    single tag and none of those. No more than `most` are counted.
    """
    named_so = select(Tag.id).where(or_(*(named(Tag.name, name) for name in names)))
    asked = named_so.cte("asked").prefix_with("materialized")
    # an array, not IN (select …): only so is it read from the index of the tags up to the end of the count
    of_asked = ticket_tags.c.tag_id == any_(func.array(select(asked.c.id).correlate(None).scalar_subquery()))
    some = select(ticket_tags.c.tag_id, ticket_tags.c.ticket_id).where(of_asked, is_seen_by(user))
    counted = some.limit(most).cte("counted")
    together = select(func.count(distinct(counted.c.ticket_id))).correlate(None)
    if without:
        excluded = select(ticket_tags.c.ticket_id).join(Tag, Tag.id == ticket_tags.c.tag_id)
        of_those = excluded.where(or_(*(named(Tag.name, name) for name in without))).correlate(None)
        told: ColumnElement[Any] = together.where(~counted.c.ticket_id.in_(of_those)).scalar_subquery()
    else:
        are_several = select(func.count() > 1).select_from(asked).correlate(None).scalar_subquery()
        told = case((are_several, together.scalar_subquery()))
    return (
        select(asked.c.id, func.count(counted.c.tag_id).label("number"), told.label("together"))
        .outerjoin_from(asked, counted, counted.c.tag_id == asked.c.id)
        .group_by(asked.c.id)
    )
