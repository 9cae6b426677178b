"""What happened, told to whoever subscribed, inside the same transaction: publish(event) and @on(Event)."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")

_subscribers: dict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)


def on(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Subscribe a function to one kind of event. Subscribers run in the order in which they were registered."""

    def subscribe(subscriber: Callable[[E], None]) -> Callable[[E], None]:
        if subscriber not in _subscribers[kind]:
            _subscribers[kind].append(subscriber)
        return subscriber

    return subscribe


def is_heard(kind: type[Any]) -> bool:
    """Whether anybody subscribed to this kind of event: what costs a lot to tell need not be told to nobody."""
    return bool(_subscribers[kind])


def publish(event: object) -> None:
    """Tell every subscriber of this kind of event. What one of them raises undoes the whole transaction."""
    for subscriber in _subscribers[type(event)]:
        subscriber(event)
