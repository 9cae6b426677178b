"""Lists of all tickets with a tag. Few are found first and then sorted. Where they are many the list's own order is
read, from where the page begins until it is full. PostgreSQL cannot tell which from the name of a tag.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, any_, false, func, select

from helpdesk.accounts.models import User
from helpdesk.core.counts import COUNTED, AtLeast, told
from helpdesk.core.json_columns import or_empty
from helpdesk.core.pagination import Key, direction_of, paged
from helpdesk.queues.catalogue import Listing
from helpdesk.queues.found_first import found_first, rows_and_order
from helpdesk.queues.sorting import has_index
from helpdesk.tickets.models import Ticket, ticket_tags
from helpdesk.tickets.tagged import numbers_of

FEW = 2_000
"""So many are fetched for a page, whatever it shows of them: of 100,000 tickets as well as of a million that is where
fetching them begins to cost more than reading the order.
"""
MANY = 20_000
"""Beyond, a page is probably full before the ids of all of them would be gathered."""
WINDOW = 5_000
"""So many tickets are asked one by one for a tag of many. Where no page is among them their ids are gathered after all:
it may be that old tickets alone have it.
"""


@dataclass(frozen=True, slots=True)
class Tagged:
    """The tags a list is about, by their ids, on how many tickets they are (as far as that was counted), and how many
    tickets the list has, told up to a cap.
    """

    rest: Callable[[], Select[Ticket]]
    ids: Sequence[int]
    number: int
    count: int


def asked_of(listing: Listing, user: User) -> ColumnElement[Any] | None:
    """What has to be known of the tag that a list is about: one JSON column for `tagged_of`; None for other lists."""
    of_tag = listing.of_tag
    if of_tag is None:
        return None
    rows = numbers_of(of_tag.names, of_tag.without, user, most=MANY + 1).subquery("of_tags")
    listed = func.jsonb_agg(func.jsonb_build_array(*rows.c))
    return select(or_empty(listed)).select_from(rows).scalar_subquery()


def tagged_of(listing: Listing, known: Sequence[tuple[int, int, int | None]]) -> Tagged | None:
    """What `asked_of` brought."""
    if listing.of_tag is None:
        return None
    number = sum(on_tickets for _id, on_tickets, _together in known)
    count = next((together for _id, _number, together in known if together is not None), number)
    return Tagged(
        rest=listing.of_tag.rest,
        ids=[tag_id for tag_id, _number, _together in known],
        number=number,
        count=AtLeast(min(count, COUNTED)) if number > MANY else told(count),
    )


def windows_of(listing: Listing, tagged: Tagged) -> Sequence[int | None]:
    """Among how many tickets a page is looked for first, None for all: one that is full is the page it would be."""
    return (WINDOW, None) if tagged.number > MANY and has_index(listing.order) else (None,)


def tagged_rows_and_order(
    listing: Listing,
    tagged: Tagged,
    window: int | None,
    *,
    size: int,
    after: str | None,
    before: str | None,
) -> tuple[Select[Ticket], Sequence[Key]]:
    """The tickets among which a page of such a list is, and their order. Raises BadMark."""
    order = listing.order
    if tagged.number <= FEW:
        return found_first(tagged.rest().where(_is_fetched(tagged)), order)
    if not has_index(order):
        return rows_and_order(listing)
    mark, backwards = direction_of(after, before)
    ids, keys = tagged.rest().with_only_columns(Ticket.id.label("ticket_id")), order
    if window is None:
        ids = ids.where(_is_gathered(tagged))
    else:
        asked = paged(ids, order, size=window, mark=mark, backwards=backwards).subquery("asked_one_by_one")
        ids, keys = (
            select(asked.c.ticket_id).where(_has_one(tagged, asked.c.ticket_id)),
            _keys_of(asked, order),
        )
    # by itself: the index alone has all that is asked of a ticket
    page = paged(ids, keys, size=size, mark=mark, backwards=backwards).subquery("page")
    return select(Ticket).join(page, page.c.ticket_id == Ticket.id), _keys_of(page, order)


def _keys_of(rows: FromClause, order: Sequence[Key]) -> Sequence[Key]:
    """The same order by the columns of what `paged` made: an id, and the keys."""
    _ticket_id, *columns = rows.c
    return [Key(column, key.descending) for column, key in zip(columns, order, strict=True)]


def _with(tagged: Tagged) -> ColumnElement[Any]:
    """The ids of the tagged tickets, as an array: of how many they are it says nothing that could be wrong."""
    ids = select(ticket_tags.c.ticket_id).where(ticket_tags.c.tag_id.in_(tagged.ids))
    return func.array(ids.scalar_subquery())


def _is_fetched(tagged: Tagged) -> ColumnElement[bool]:
    """Not IN (select …), which looks up one by one: the index of ids is read from the least to the greatest."""
    return Ticket.id == any_(_with(tagged))


def _is_gathered(tagged: Tagged) -> ColumnElement[bool]:
    """Not a condition but a value: PostgreSQL makes a join of the former and sorts its rows, the latter it hashes."""
    return func.coalesce(Ticket.id.in_(select(func.unnest(_with(tagged)))), false())


def _has_one(tagged: Tagged, ticket_id: Any) -> ColumnElement[bool]:
    """Of all its tags at once, for EXISTS would be joined, or look for one tag after the other."""
    has_one = select(func.bool_or(ticket_tags.c.tag_id.in_(tagged.ids)))
    found: Any = has_one.where(ticket_tags.c.ticket_id == ticket_id).correlate(ticket_id.table)
    return func.coalesce(found.scalar_subquery(), false())
