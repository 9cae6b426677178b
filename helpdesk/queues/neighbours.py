"""Where a ticket stands in a list: the one before, the one after, its place."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from helpdesk.core.pagination import Key, beyond
from helpdesk.queues.catalogue import Listing
from helpdesk.tickets.models import Ticket

COUNTED = 1000
"""Places are told up to about here; further on they would cost and help nobody."""


def neighbours(listing: Listing, ticket: Ticket) -> Select[*tuple[Any, ...]]:
    """One row: `previous` and `next` (numbers or null), `position` and `count`.

    A ticket that has left the list meanwhile keeps the neighbours it would have, and has no position. Position and
    count are null beyond COUNTED.
    """
    best = listing.best(None) if listing.best else None
    tickets, order = (best.tickets, best.order) if best else (listing.tickets, listing.order)
    columns: list[ColumnElement[Any]] = [key.column.label(f"key_{place}") for place, key in enumerate(order)]
    of_list = tickets.with_only_columns(*columns) if best else select(*columns)
    here = of_list.where(Ticket.id == ticket.id).cte("here")
    # values, not a join: only so do indexes start at the ticket
    values = [select(each).scalar_subquery() for each in here.c]
    numbers, number, keys = _listed(tickets, order, columns, is_narrowed=bool(listing.query))
    backwards = [Key(key.column, not key.descending) for key in keys]
    before = _counted(numbers.where(beyond(backwards, values)))
    return select(
        _first(numbers, backwards, values).label("previous"),
        _first(numbers, keys, values).label("next"),
        case((numbers.where(number == ticket.ticket_number).exists(), before + 1)).label("position"),
        _counted(numbers).label("count"),
    )


def _listed(
    tickets: Select[Any],
    order: Sequence[Key],
    columns: Sequence[ColumnElement[Any]],
    *,
    is_narrowed: bool,
) -> tuple[Select[Any], ColumnElement[str], Sequence[Key]]:
    """The numbers of the list's tickets, that column, and the keys to order them by.

    What a query finds is found once; a whole queue is left to its indexes.
    """
    number: Any = Ticket.ticket_number
    if not is_narrowed:
        return tickets.with_only_columns(number), number, order
    found = tickets.with_only_columns(number, *columns).cte("found")
    keys = [Key(found.c[f"key_{place}"], key.descending) for place, key in enumerate(order)]
    return select(found.c.ticket_number), found.c.ticket_number, keys


def _first(numbers: Select[Any], keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[str]:
    order = (key.column.desc() if key.descending else key.column.asc() for key in keys)
    return numbers.where(beyond(keys, values)).order_by(*order).limit(1).scalar_subquery()


def _counted(numbers: Select[Any]) -> ColumnElement[int]:
    """How many they are; null for more than COUNTED."""
    found = numbers.limit(COUNTED + 1).subquery()
    counted = select(func.nullif(func.count(), COUNTED + 1)).select_from(found)
    return counted.scalar_subquery()
