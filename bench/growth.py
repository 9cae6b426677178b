"""Tables of what each page costs PostgreSQL: on one desk, and on several of different sizes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.plans import Plan


def plans_table(plans: Mapping[str, Plan]) -> Iterator[str]:
    """One desk."""
    yield "| Page | statements | buffers | PostgreSQL | reads whole |"
    yield "|---|--:|--:|--:|---|"
    for name, plan in plans.items():
        yield (
            f"| {name} | {plan.statements} | {plan.buffers:,} | {plan.milliseconds:.1f} ms | {', '.join(plan.scans)} |"
        )


def table(desks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Several, the smallest first: the time of a request in one process, and pages of 8 kB PostgreSQL touched.

    Beside them the large tables that the largest desk reads whole; which pages may is said in places.py.
    """
    sizes = [f"{desk['tickets']:,}" for desk in desks]
    head = [f"{what} at {size}" for what in ("ms", "buffers") for size in sizes]
    yield f"| Page | {' | '.join(head)} | grows | reads whole |"
    yield f"|---{'|--:' * (2 * len(desks) + 1)}|---|"
    for name in desks[0]["plans"]:
        times = [f"{desk['milliseconds'][name]:.0f}" for desk in desks]
        buffers = [desk["plans"][name]["buffers"] for desk in desks]
        grown = buffers[-1] / max(1, buffers[0])
        whole = ", ".join(desks[-1]["plans"][name]["scans"])
        yield f"| {name} | {' | '.join([*times, *(f'{each:,}' for each in buffers)])} | {grown:.1f} × | {whole} |"
