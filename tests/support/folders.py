"""Folders for tests whose programs run as another user."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder everybody may enter: as root, PostgreSQL runs as a user that has to reach its data."""
    with tempfile.TemporaryDirectory(prefix="hd-", dir="/tmp") as name:  # short: sockets live in it
        folder = Path(name)
        folder.chmod(0o711)
        yield folder
