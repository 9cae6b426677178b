"""A desk whose commits are real, and its store."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask

from helpdesk.core import current
from helpdesk.core.current import SYSTEM_USER_ID, Via
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.files.store import Store, store
from tests.background.conftest import outside

__all__ = ["outside"]

Working = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def working(own_app: Flask) -> Working:
    """`with working():` is one transaction of the desk, committed at its end."""

    @contextmanager
    def working() -> Iterator[None]:
        with own_app.app_context(), current.entering(Via.WEB, user_id=SYSTEM_USER_ID), unit_of_work():
            yield

    return working


@pytest.fixture
def kept(own_app: Flask) -> Store:
    """The store of the desk."""
    with own_app.app_context():
        return store()
