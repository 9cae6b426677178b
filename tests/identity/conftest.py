"""Several strangers at once, each with their own connection and network."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db


@pytest.fixture
def from_network(work: Session) -> Callable[[str], Any]:
    """`with from_network("198.51.100.7"):` is a request from there."""

    @contextmanager
    def enter(ip: str) -> Iterator[None]:
        before = current.entry()
        current.change(ip=ip)
        try:
            yield
        finally:
            current.change(ip=before.ip)

    return enter


@pytest.fixture
def at_once(own_app: Flask) -> Callable[..., list[Any]]:
    """`at_once(200, ["203.0.113.1"], deed)` runs the deed so often, eight at a time; an error is an answer, too."""

    def run(times: int, addresses: Sequence[str], deed: Callable[[], Any]) -> list[Any]:
        def one(number: int) -> Any:
            ip = addresses[number % len(addresses)]
            with own_app.app_context(), current.entering(Via.WEB, ip=ip):
                try:
                    answer = deed()
                    db.session.commit()
                except Exception as error:
                    db.session.rollback()
                    return error
                return answer

        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(one, range(times)))

    return run
