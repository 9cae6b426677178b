"""The list of tags, and one of them by its address."""

from dataclasses import replace
from typing import Any

from flask import abort, g, request
from sqlalchemy import BigInteger, ColumnElement, Text, func, select

from helpdesk.core.counts import capped
from helpdesk.core.db import db
from helpdesk.core.pagination import Key
from helpdesk.tickets.models import Tag, ticket_tags
from helpdesk.tickets.tagged import is_seen_by
from helpdesk.web.admin.list_order import asked_order
from helpdesk.web.admin.sorted_lists import SortedList, asked_words, has_words, sorted_list
from helpdesk.web.admin.tag_numbers import TagNumbers, tag_numbers

MOST_OFFERED = 300


def tags_list() -> SortedList:
    """Costs one statement; one more for an empty list, and one for the order of numbers that nobody knows."""
    words = asked_words()
    found = select(Tag).where(has_words(words, Tag.name, func.coalesce(Tag.description, "")))
    columns: tuple[Any, ...] = (Tag.id, Tag.name, Tag.color, Tag.description, _usage().label("usage"))
    is_by_usage = asked_order({"name": (), "usage": ()}).name == "usage"
    numbers = tag_numbers() if is_by_usage else TagNumbers({})
    used, last = numbers.rows, Key(Tag.id)
    rows = found.outerjoin(used, used.c.tag_id == Tag.id) if is_by_usage else found
    orders = {
        "name": [Key(func.lower(Tag.name, type_=Text())), last],
        "usage": [Key(func.coalesce(used.c.number, 0, type_=BigInteger()), descending=True), last],
    }
    listed = sorted_list("admin.tags.index", rows.with_only_columns(*columns), orders=orders)
    return replace(listed, counted_at=numbers.counted_at)


def _usage() -> ColumnElement[int]:
    """On how many tickets the tag is, up to a cap: of those the link beside the number finds."""
    on_tickets = select(ticket_tags.c.ticket_id).where(ticket_tags.c.tag_id == Tag.id, is_seen_by(g.agent))
    return capped(on_tickets.correlate(Tag))


def tag_or_404(tag_id: int) -> Tag:
    """The tag with this id."""
    tag = db.session.get(Tag, tag_id)
    if tag is None:
        abort(404)
    return tag


def tagged(tag: Tag, other: Tag | None = None) -> tuple[int, int]:
    """How many tickets have it, the bin's too, and how many of those have the other one as well."""
    has_it = select(func.count()).where(ticket_tags.c.tag_id == tag.id)
    number = db.session.scalars(has_it).one()
    if other is None:
        return number, 0
    beside = ticket_tags.alias()
    has_both = has_it.join(beside, beside.c.ticket_id == ticket_tags.c.ticket_id)
    return number, db.session.scalars(has_both.where(beside.c.tag_id == other.id)).one()


def names_beside(tag: Tag) -> list[str]:
    """What a field offers to complete: the tags used most."""
    used = tag_numbers().rows
    offered = select(Tag.name).outerjoin(used, used.c.tag_id == Tag.id).where(Tag.id != tag.id)
    in_order = offered.order_by(used.c.number.desc().nulls_last(), Tag.name)
    return list(db.session.scalars(in_order.limit(MOST_OFFERED)))


def typed_tag() -> str:
    """The name of the tag that somebody asks for in the address or the form."""
    return request.values.get("into", "").strip()
