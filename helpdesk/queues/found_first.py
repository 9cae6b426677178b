"""Lists of which everything is found before it is sorted: where the order leads past most of the desk first.

PostgreSQL takes what was created in a month to be spread evenly over the order of activity, and reads from the latest
on: a month long ago lies behind all that came later.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from helpdesk.core.pagination import Key
from helpdesk.queues.catalogue import Listing
from helpdesk.tickets.models import Ticket


def rows_and_order(listing: Listing) -> tuple[Select[Ticket], Sequence[Key]]:
    """The tickets of a list and their order, for a page of it."""
    if listing.is_found_first:
        return found_first(listing.tickets, listing.order)
    return listing.tickets, listing.order


def found_first(tickets: Select[Ticket], order: Sequence[Key]) -> tuple[Select[Ticket], Sequence[Key]]:
    """The same tickets, all of which are found and sorted before a row of them is fetched, and that order."""
    columns: list[ColumnElement[Any]] = [key.column.label(f"key_{place}") for place, key in enumerate(order)]
    # materialized: what is beside it, the order and the end of a page, says nothing about how it is found
    found = tickets.with_only_columns(Ticket.id.label("ticket_id"), *columns).cte("found")
    found = found.prefix_with("materialized")
    of_found = [Key(found.c[f"key_{place}"], key.descending) for place, key in enumerate(order)]
    # sorted before the rows are fetched: those of the page alone are
    in_order = (key.column.desc() if key.descending else key.column for key in of_found)
    listed = select(found).order_by(*in_order).subquery("listed")
    of_listed = [Key(listed.c[f"key_{place}"], key.descending) for place, key in enumerate(order)]
    return select(Ticket).join(listed, listed.c.ticket_id == Ticket.id), of_listed
