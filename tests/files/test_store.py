"""Bytes on disk."""

import errno
import os
import resource
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from helpdesk.core import clock
from helpdesk.core.errors import Gone, NotStored, TooLarge
from helpdesk.files.store import Store

LIMIT = 2**20


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "files")


def put(store: Store, content: bytes) -> str:
    return store.put(BytesIO(content), limit=LIMIT).sha256


def everything_in(store: Store) -> list[str]:
    return sorted(str(path.relative_to(store.root)) for path in store.root.rglob("*") if path.is_file())


def test_a_content_lies_where_its_digest_says(store: Store) -> None:
    stored = store.put(BytesIO(b"hello"), limit=LIMIT)

    digest = sha256(b"hello").hexdigest()
    assert (stored.sha256, stored.size) == (digest, 5)
    assert everything_in(store) == [f"{digest[:2]}/{digest[2:4]}/{digest}"]
    with store.open(digest) as content:
        assert content.read() == b"hello"


def test_nobody_else_can_read_it(store: Store) -> None:
    path = store.path(put(store, b"hello"))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent, store.root, store.drafts):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_same_content_is_kept_once_and_counts_as_fresh(store: Store) -> None:
    digest = put(store, b"hello")
    before = store.path(digest).stat()
    os.utime(store.path(digest), (0, 0))

    assert put(store, b"hello") == digest

    after = store.path(digest).stat()
    assert after.st_ino == before.st_ino
    assert after.st_mtime > 0
    assert len(everything_in(store)) == 1


def test_a_damaged_content_is_replaced(store: Store) -> None:
    digest = put(store, b"hello")
    store.path(digest).write_bytes(b"he")

    put(store, b"hello")

    assert store.path(digest).read_bytes() == b"hello"


def test_an_empty_file_is_a_file(store: Store) -> None:
    assert store.exists(put(store, b""))


def test_what_is_too_large_is_refused_and_leaves_nothing(store: Store) -> None:
    with pytest.raises(TooLarge, match="1 MB"):
        store.put(BytesIO(b"x" * (LIMIT + 1)), limit=LIMIT)

    assert everything_in(store) == []


def test_what_is_as_large_as_allowed_is_kept(store: Store) -> None:
    assert store.put(BytesIO(b"x" * LIMIT), limit=LIMIT).size == LIMIT


def test_a_stream_that_breaks_off_leaves_nothing(store: Store) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(1)

    with pytest.raises(ConnectionResetError):
        store.put(Broken(b"hello"), limit=LIMIT)

    assert everything_in(store) == []


def test_a_missing_content_is_gone(store: Store) -> None:
    with pytest.raises(Gone):
        store.open("0" * 64)


def test_deleting_twice_is_deleting(store: Store) -> None:
    digest = put(store, b"hello")

    store.delete(digest)
    store.delete(digest)

    assert not store.exists(digest)


@pytest.mark.parametrize("address", ["../../etc/passwd", "", "0" * 63, "0" * 65, "G" * 64, "0" * 64 + "\n"])
def test_only_digests_are_addresses(store: Store, address: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.path(address)


def failing(number: int) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("step", ["fsync", "mkdir", "open"])
@pytest.mark.parametrize(
    "number, words",
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "cannot be written"), (errno.EACCES, "cannot be written")],
)
def test_a_disk_that_refuses_is_told_plainly_and_nothing_is_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: str, number: int, words: str
) -> None:
    store.root.parent.mkdir(parents=True)
    with monkeypatch.context() as patched:
        patched.setattr(os, step, failing(number))

        with pytest.raises(NotStored, match=words):
            put(store, b"hello")

    assert not store.root.exists() or everything_in(store) == []


def test_a_disk_that_fills_up_in_the_middle_is_told_plainly(store: Store) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        with pytest.raises(NotStored, match="disk is full"):
            put(store, b"x" * 5_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert everything_in(store) == []


def test_many_who_put_the_same_at_once_all_succeed(store: Store) -> None:
    contents = [bytes([number % 3]) * 100_000 for number in range(24)]

    with ThreadPoolExecutor(8) as people:
        digests = list(people.map(lambda content: put(store, content), contents))

    assert digests == [sha256(content).hexdigest() for content in contents]
    assert len(everything_in(store)) == 3


def test_contents_are_listed_by_age_and_in_order(store: Store) -> None:
    digests = sorted(put(store, str(number).encode()) for number in range(60))
    for digest in digests[::2]:
        os.utime(store.path(digest), (0, 0))
    (store.root / digests[0][:2] / digests[0][2:4] / "notes.txt").write_text("not ours")
    yesterday = clock.now() - timedelta(days=1)

    listed = [digest for prefix in range(256) for digest in store.contents(f"{prefix:02x}", before=yesterday)]

    assert listed == digests[::2]


def test_drafts_of_killed_processes_are_swept(store: Store) -> None:
    store.sweep_drafts(before=clock.now())
    with store.received(BytesIO(b"now"), limit=LIMIT) as draft:
        old = store.drafts / "old"
        old.write_bytes(b"half")
        os.utime(old, (0, 0))

        store.sweep_drafts(before=clock.now() - timedelta(days=1))

        assert not old.exists()
        assert draft.path.exists()
