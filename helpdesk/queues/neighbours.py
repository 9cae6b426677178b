"""Where a ticket stands in a list: the one before, the one after, its place."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from helpdesk.core.pagination import Key, beyond
from helpdesk.queues.catalogue import Listing
from helpdesk.tickets.models import Ticket

COUNTED = 1000
"""Places are told up to here; further on they would cost and help nobody."""


def neighbours(listing: Listing, ticket: Ticket) -> Select[*tuple[Any, ...]]:
    """One row: `previous` and `next` (numbers or null), `position` and `count`.

    A ticket that has left the list meanwhile keeps the neighbours it would have, and has no position. Position and
    count are null beyond COUNTED.
    """
    order = listing.order
    names = [f"key_{place}" for place in range(len(order))]
    columns: Iterable[ColumnElement[Any]] = (
        key.column.label(name) for key, name in zip(order, names, strict=True)
    )
    here = select(*columns).where(Ticket.id == ticket.id).cte("here")
    values = [here.c[name] for name in names]
    backwards = [Key(key.column, not key.descending) for key in order]

    def next_in(keys: list[Key]) -> ColumnElement[str]:
        return (
            listing.tickets.with_only_columns(Ticket.ticket_number)
            .where(beyond(keys, values))
            .order_by(*(key.column.desc() if key.descending else key.column.asc() for key in keys))
            .limit(1)
            .scalar_subquery()
        )

    is_in_it = listing.tickets.where(Ticket.id == ticket.id).with_only_columns(Ticket.id).exists()
    before = _counted(listing.tickets.where(beyond(backwards, values)))
    return select(
        next_in(backwards).label("previous"),
        next_in(list(order)).label("next"),
        case((is_in_it & (before < COUNTED), before + 1)).label("position"),
        func.nullif(_counted(listing.tickets), COUNTED + 1).label("count"),
    )


def _counted(tickets: Select[Ticket]) -> ColumnElement[int]:
    """How many they are; anything beyond COUNTED is the same."""
    found = tickets.with_only_columns(Ticket.id).limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(found).scalar_subquery()
