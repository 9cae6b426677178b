"""Databases for tests that change what belongs to all."""

import pytest

from tests.support import databases


@pytest.fixture
def empty_url(server, run_folder):
    """The URL of a database without tables."""
    with databases.spare(server, run_folder, is_empty=True) as name:
        yield server.url(name)


@pytest.fixture
def desk_url(server, run_folder):
    """The URL of a database with a desk in it."""
    with databases.spare(server, run_folder, is_empty=False) as name:
        yield server.url(name)
