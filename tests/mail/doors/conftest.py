"""A mail server of the test's own, and mailboxes at it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from tests.support import imap_server
from tests.support.fetching import Fetching
from tests.support.imap_server import ImapServer


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with imap_server.running() as running:
        yield running


@pytest.fixture
def fetching(app: Flask, transaction: Connection, imap: ImapServer) -> Callable[..., Fetching]:
    """`fetching(after_fetch=…)` is a mailbox at that server."""

    def at_the_server(address: str = "support@desk.test", **more: Any) -> Fetching:
        return Fetching(app, imap, address, **more)

    return at_the_server
