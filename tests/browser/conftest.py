"""A desk of one's own, where it is served, and a browser to look at it with."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.support.chromium import chromium, served
from tests.support.real_desk import RealDesk

expect.set_options(timeout=15_000)  # what is right is seen at once; a busy machine may take its time


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def desk(own_app: Flask) -> RealDesk:
    return RealDesk(own_app)


@pytest.fixture
def url(own_app: Flask) -> Iterator[str]:
    with served(own_app) as url:
        yield url
