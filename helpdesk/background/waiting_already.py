"""That a job waits already, told where PostgreSQL keeps the details to itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import QUEUEING_LOCK_CONSTRAINT


@contextmanager
def told_without_details() -> Iterator[None]:
    """Raise AlreadyEnqueued for the second of two jobs of which one is to wait at a time.

    Under row-level security the server says which rule was broken, and not by which row; Procrastinate asserts both.
    """
    try:
        yield
    except AssertionError as error:
        if _is_a_second_one(error.__context__):
            raise AlreadyEnqueued("one of these waits already") from error
        raise


def _is_a_second_one(broken: BaseException | None) -> bool:
    if not isinstance(broken, psycopg.errors.UniqueViolation):
        return False
    return broken.diag.constraint_name == QUEUEING_LOCK_CONSTRAINT
