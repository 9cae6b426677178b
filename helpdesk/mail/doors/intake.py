"""Where all doors end: one transaction a mail. What its source learns, it learns after the commit."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from helpdesk.core import current
from helpdesk.core.current import SYSTEM_USER_ID, Via
from helpdesk.core.faults import Point, passing
from helpdesk.core.unit_of_work import unit_of_work


class Application(Protocol):
    """What programs outside of requests and jobs are handed to reach the database with."""

    def app_context(self) -> AbstractContextManager[object]: ...


@contextmanager
def taking_in() -> Iterator[None]:
    """Around `receive`: when the block is left in order, the mail is safe."""
    with unit_of_work():
        yield
        passing(Point.INTAKE_BEFORE_COMMIT)
    passing(Point.INTAKE_COMMITTED)


@contextmanager
def step(app: Application) -> Iterator[None]:
    """A short stay in the database, for programs that stand outside of requests and jobs: the system acts."""
    with app.app_context(), current.entering(Via.MAIL, user_id=SYSTEM_USER_ID):
        yield
