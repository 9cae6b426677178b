"""What the desk promises at a million tickets, held against what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BARE, DRESSED = "floor: bare", "floor: dressed "
REFRESH, REPLY = "unchanged refresh", "reply"
SLOWEST_AT_ONCE = 150.0  # milliseconds, p95 at 8 at once
MOST_MEMORY = 150.0  # MB, each worker
STATISTICS, MOST_STATISTICS = "statistics, all there is", 1_000.0  # milliseconds, cold


@dataclass(frozen=True, slots=True)
class Goal:
    """So many times a floor at the most."""

    of: str
    floor: str
    times: float


GOALS: Sequence[Goal] = (
    Goal("queue", f"{DRESSED}queue", 1.5),
    Goal("queue", BARE, 3),
    Goal("ticket", f"{DRESSED}ticket", 1.5),
    Goal("ticket", BARE, 3),
    Goal("portal", BARE, 2),
    Goal(REPLY, BARE, 4),
    Goal("rare word", BARE, 3),
    Goal("common word", BARE, 8),
    Goal(REFRESH, f"{DRESSED}queue", 0.6),
)


def held_against(milliseconds: Mapping[str, float]) -> list[str]:
    """A line of Markdown for each goal of one page against a floor."""
    lines = ["| Goal | measured | reached |", "|---|--:|---|"]
    for goal in GOALS:
        times = milliseconds[goal.of] / milliseconds[goal.floor]
        floor = goal.floor.removeprefix("floor: ")
        lines.append(
            f"| {goal.of} ≤ {goal.times:g} × {floor} | {times:.2f} × | {_answer(times <= goal.times)} |"
        )
    return lines


def within(name: str, measured: float, most: float, unit: str) -> str:
    """The line of a goal that is a plain number."""
    return f"| {name} ≤ {most:,.0f} {unit} | {measured:,.0f} {unit} | {_answer(measured <= most)} |"


def _answer(is_reached: bool) -> str:
    return "yes" if is_reached else "**no**"
