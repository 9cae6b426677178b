"""The one clock: every moment in the product is read here, so that a test can stop it for Python and SQL alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import BindParameter, DateTime, bindparam

_frozen: list[datetime] = []


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _frozen[-1] if _frozen else datetime.now(UTC)


def utc(moment: datetime) -> datetime:
    """The same moment in UTC: two moments of one other zone would subtract and add as wall-clock time."""
    return moment.astimezone(UTC)


def sql_now() -> BindParameter[datetime]:
    """The current moment as a bound parameter, read when the statement runs: a kept statement obeys a stopped clock."""
    return bindparam("now", callable_=now, type_=DateTime(timezone=True), unique=True)


@contextmanager
def freeze(moment: datetime) -> Iterator[None]:
    """Stop the clock at an aware `moment` (tests only). Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("the clock stops at aware moments only")
    _frozen.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.pop()
