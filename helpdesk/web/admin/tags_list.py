"""The list of tags, and one of them by its address."""

from typing import Any

from flask import abort, g, request
from sqlalchemy import FromClause, Text, func, select

from helpdesk.core.db import db
from helpdesk.core.pagination import Key
from helpdesk.tickets.models import Tag, Ticket, ticket_tags
from helpdesk.tickets.queries import tickets_for
from helpdesk.web.admin.sorted_lists import SortedList, asked_words, has_words, sorted_list

MOST_OFFERED = 300


def tags_list() -> SortedList:
    """Costs one statement; two for an empty list."""
    words = asked_words()
    found = select(Tag).where(has_words(words, Tag.name, func.coalesce(Tag.description, "")))
    used = _used()
    usage = func.coalesce(used.c.number, 0)
    last = Key(Tag.id)
    orders = {
        "name": [Key(func.lower(Tag.name, type_=Text())), last],
        "usage": [Key(usage, descending=True), last],
    }
    columns: tuple[Any, ...] = (Tag.id, Tag.name, Tag.color, Tag.description, usage.label("usage"))
    rows = found.outerjoin(used, used.c.tag_id == Tag.id).with_only_columns(*columns)
    return sorted_list("admin.tags.index", rows, orders=orders)


def _used() -> FromClause:
    """On how many tickets each tag is, all counted at once: those the link beside the number finds."""
    tagged = tickets_for(g.agent).join(ticket_tags, ticket_tags.c.ticket_id == Ticket.id)
    numbers = tagged.with_only_columns(ticket_tags.c.tag_id, func.count().label("number"))
    return numbers.group_by(ticket_tags.c.tag_id).subquery()


def tag_or_404(tag_id: int) -> Tag:
    """The tag with this id."""
    tag = db.session.get(Tag, tag_id)
    if tag is None:
        abort(404)
    return tag


def tagged(tag: Tag, other: Tag | None = None) -> tuple[int, int]:
    """How many tickets have it, the bin's too, and how many of those have the other one as well."""
    both = Ticket.tags.any(Tag.id == (other.id if other else 0))
    has_it = select(func.count(), func.count().filter(both)).select_from(Ticket)
    row = db.session.execute(has_it.where(Ticket.tags.any(Tag.id == tag.id))).one()
    return row[0], row[1]


def names_beside(tag: Tag) -> list[str]:
    """What a field offers to complete: the tags used most."""
    count = func.count(ticket_tags.c.ticket_id)
    used = select(Tag.name).outerjoin(ticket_tags, ticket_tags.c.tag_id == Tag.id).group_by(Tag.id)
    offered = used.where(Tag.id != tag.id).order_by(count.desc(), Tag.name).limit(MOST_OFFERED)
    return list(db.session.scalars(offered))


def typed_tag() -> str:
    """The name of the tag that somebody asks for in the address or the form."""
    return request.values.get("into", "").strip()
