"""How a list of the administration is sorted: asked for by the address, shown in the heads of its columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import request

from helpdesk.core.pagination import Key

Orders = Mapping[str, Sequence[Key]]
"""By name, each the way people look at it first; "-name" is the other way round."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the head of a column leads, and which way it is sorted now (None: by another one)."""

    url: str
    direction: str | None


@dataclass(frozen=True, slots=True)
class ListOrder:
    """The order in force. `sort` is how the address says it: nothing for the order a list comes in by itself."""

    orders: Orders
    name: str
    is_turned: bool = False

    @property
    def sort(self) -> str | None:
        name = f"-{self.name}" if self.is_turned else self.name
        return None if name == next(iter(self.orders)) else name

    @property
    def keys(self) -> list[Key]:
        return [Key(key.column, key.descending ^ self.is_turned) for key in self.orders[self.name]]

    def heads(self, url: Callable[[str | None], str]) -> dict[str, Head]:
        """The head of each column; `url` makes the address of the list in another order."""
        return {name: self._head(name, url) for name in self.orders}

    def _head(self, name: str, url: Callable[[str | None], str]) -> Head:
        is_current = name == self.name
        target = ListOrder(self.orders, name, is_turned=is_current and not self.is_turned)
        direction = "descending" if self.keys[0].descending else "ascending"
        return Head(url(target.sort), direction if is_current else None)


def asked_order(orders: Orders) -> ListOrder:
    """What the address asks for; the first of `orders` where it asks for nothing we know."""
    asked = request.args.get("sort", "")
    name = asked.removeprefix("-")
    if name not in orders:
        return ListOrder(orders, next(iter(orders)))
    return ListOrder(orders, name, is_turned=asked.startswith("-"))
