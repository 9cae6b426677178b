"""Several people do something at the same moment."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import TypeVar

T = TypeVar("T")


def at_once(deeds: Sequence[Callable[[], T]]) -> list[T]:
    """Run all of them at once, each in a thread of its own; what they returned, in their order."""
    together = Barrier(len(deeds))
    answers: dict[int, T] = {}

    def run(place: int, deed: Callable[[], T]) -> None:
        together.wait()
        answers[place] = deed()

    threads = [Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(len(deeds))]
