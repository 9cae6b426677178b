"""Saving contents and clearing them away, also at the same time and by processes that get killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.background.jobs import enqueue
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import clock
from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.core.errors import NotStored, TooLarge
from helpdesk.files import operations, references
from helpdesk.files.jobs import collect_orphans
from helpdesk.files.models import Blob
from helpdesk.files.operations import save, save_all
from helpdesk.files.store import Store
from helpdesk.tickets.models import Comment
from helpdesk.tickets.operations import open_ticket
from helpdesk.tickets.operations.attaching import Upload, attach
from tests.background.conftest import Outside
from tests.conftest import person_named
from tests.files.conftest import Working

HELLO = sha256(b"hello").hexdigest()
ROWS = "select sha256, size, content_type from blobs order by sha256"
TOMORROW = timedelta(days=1, minutes=1)


def age(kept: Store, outside: Outside, sha256: str = HELLO) -> None:
    """Yesterday it was, when somebody last sent this."""
    outside.execute(
        "update blobs set last_used_at = last_used_at - interval '25 hours' where sha256 = %s", [sha256]
    )
    if kept.exists(sha256):
        os.utime(kept.path(sha256), (0, 0))


def attached(words: bytes) -> str:
    """A ticket with a file. Returns the digest."""
    carl = person_named("carl")
    ticket = open_ticket(requester=carl, by=carl, title="See the file", description="There.")
    comment = db.session.scalars(select(Comment).where(Comment.ticket_id == ticket.id)).one()
    (attachment,) = attach(comment, uploads=[Upload("a.txt", BytesIO(words))])
    return attachment.sha256


class TestSaving:
    def test_row_and_bytes_are_there_after_the_commit(
        self, working: Working, kept: Store, outside: Outside
    ) -> None:
        with working():
            blob = save(BytesIO(b"hello"), filename="greeting.txt")
            assert (blob.sha256, blob.size) == (HELLO, 5)

        assert outside.execute(ROWS).fetchall() == [(HELLO, 5, "text/plain")]
        assert kept.open(HELLO).read() == b"hello"

    def test_the_same_content_has_one_row_that_counts_as_fresh(
        self, working: Working, kept: Store, outside: Outside
    ) -> None:
        with working():
            save(BytesIO(b"hello"), filename="a.txt")
        age(kept, outside)

        with working():
            blob = save(BytesIO(b"hello"), filename="b.txt")

            assert clock.now() - blob.last_used_at < timedelta(minutes=5)
        assert len(outside.execute(ROWS).fetchall()) == 1

    def test_several_files_come_back_in_their_order(self, working: Working) -> None:
        with working():
            blobs = save_all([Upload(f"{n}.txt", BytesIO(str(n % 5).encode())) for n in range(8)])

            assert [blob.sha256 for blob in blobs] == [
                sha256(str(n % 5).encode()).hexdigest() for n in range(8)
            ]

    def test_people_who_send_the_same_files_in_another_order_do_not_block_each_other(
        self, working: Working, outside: Outside
    ) -> None:
        files = [str(number).encode() for number in range(20)]

        def send(contents: list[bytes]) -> None:
            for _ in range(5):
                with working():
                    save_all([Upload("a.txt", BytesIO(content)) for content in contents])

        together(lambda: send(files), lambda: send(files[::-1]))

        assert len(outside.execute(ROWS).fetchall()) == 20

    def test_a_file_that_is_too_large_is_named(self, own_app: Flask, working: Working, kept: Store) -> None:
        with own_app.app_context():
            limit = configuration().max_upload_mb

        with pytest.raises(TooLarge) as refused, working():
            save(BytesIO(bytes(limit * 2**20 + 1)), filename="../film.mp4")

        assert refused.value.sentence == f"“film.mp4” is too large: a file may have {limit} MB at most."
        assert refused.value.status == 413

    def test_a_full_disk_leaves_no_row(
        self, working: Working, outside: Outside, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)

        with pytest.raises(NotStored) as refused, working():
            save(BytesIO(b"hello"), filename="a.txt")

        assert refused.value.status == 507
        assert outside.execute(ROWS).fetchall() == []


ENOUGH = 10  # files sent while others collect


class TestCollecting:
    @pytest.fixture
    def collect(self, own_app: Flask, working: Working) -> Callable[[], None]:
        def collect() -> None:
            with working():
                enqueue(collect_orphans)
            run_waiting_jobs(own_app)

        return collect

    def test_what_nobody_refers_to_goes_after_a_day(
        self, working: Working, kept: Store, outside: Outside, collect: Callable[[], None]
    ) -> None:
        with working():
            save(BytesIO(b"hello"), filename="a.txt")

        collect()
        assert kept.exists(HELLO)

        age(kept, outside)
        collect()
        assert not kept.exists(HELLO)
        assert outside.execute(ROWS).fetchall() == []

    def test_what_a_comment_refers_to_stays(
        self, working: Working, kept: Store, outside: Outside, collect: Callable[[], None]
    ) -> None:
        with working():
            digest = attached(b"needed")
        age(kept, outside, digest)

        collect()

        assert kept.exists(digest)
        assert len(outside.execute(ROWS).fetchall()) == 1

    def test_bytes_without_a_row_go_after_a_day(self, kept: Store, collect: Callable[[], None]) -> None:
        fresh = kept.put(BytesIO(b"fresh"), limit=100).sha256
        kept.put(BytesIO(b"hello"), limit=100)
        os.utime(kept.path(HELLO), (0, 0))

        collect()

        assert not kept.exists(HELLO)
        assert kept.exists(fresh)

    def test_a_row_without_bytes_goes_too(
        self, working: Working, kept: Store, outside: Outside, collect: Callable[[], None]
    ) -> None:
        with working():
            save(BytesIO(b"hello"), filename="a.txt")
        age(kept, outside)
        kept.delete(HELLO)

        collect()

        assert outside.execute(ROWS).fetchall() == []

    def test_a_large_store_is_cleared_part_by_part(
        self,
        own_app: Flask,
        working: Working,
        kept: Store,
        outside: Outside,
        collect: Callable[[], None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(operations, "LOOKED_AT_ONCE", 7)
        with working():
            rows = save_all([Upload("a.txt", BytesIO(f"row {n}".encode())) for n in range(30)])
            digests = [blob.sha256 for blob in rows]
        strays = [kept.put(BytesIO(f"stray {n}".encode()), limit=100).sha256 for n in range(30)]
        for digest in digests + strays:
            age(kept, outside, digest)

        collect()

        assert [digest for digest in digests + strays if kept.exists(digest)] == []
        assert outside.execute(ROWS).fetchall() == []
        ended = "select count(*) > 8, bool_and(status = 'succeeded') from procrastinate_jobs"
        assert outside.execute(ended).fetchone() == (True, True)

    def test_nothing_is_cleared_while_nobody_has_said_what_is_needed(
        self, working: Working, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(references, "known", [])

        with pytest.raises(LookupError), working():
            operations.collect_orphans()

    def test_what_is_being_sent_again_right_now_is_left_alone(
        self, working: Working, kept: Store, outside: Outside
    ) -> None:
        with working():
            save(BytesIO(b"hello"), filename="a.txt")
        age(kept, outside)

        with working():
            digest = attached(b"hello")
            beside(lambda: collect_in(working))

            assert kept.exists(digest)
        collect_in(working)
        assert kept.exists(HELLO)

    def test_who_sends_what_is_being_cleared_waits_and_writes_it_again(
        self, working: Working, kept: Store, outside: Outside
    ) -> None:
        with working():
            save(BytesIO(b"hello"), filename="a.txt")
        age(kept, outside)

        def send() -> None:
            with working():
                attached(b"hello")

        with working():
            operations.collect_orphans()
            assert not kept.exists(HELLO)
            sender = threading.Thread(target=send)
            sender.start()
            wait_until_blocked(outside)
        sender.join()

        assert kept.open(HELLO).read() == b"hello"
        assert len(outside.execute(ROWS).fetchall()) == 1

    def test_who_sends_bytes_that_lie_about_without_a_row_keeps_them(
        self, working: Working, kept: Store, outside: Outside
    ) -> None:
        kept.put(BytesIO(b"hello"), limit=100)
        os.utime(kept.path(HELLO), (0, 0))

        def send() -> None:
            with working():
                attached(b"hello")

        with working():
            operations.collect_orphans()
            sender = threading.Thread(target=send)
            sender.start()
            wait_until_blocked(outside)
        sender.join()

        assert kept.open(HELLO).read() == b"hello"

    def test_a_reference_nobody_announced_keeps_its_bytes(
        self, working: Working, kept: Store, outside: Outside, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with working():
            digest = attached(b"needed")
        age(kept, outside, digest)
        monkeypatch.setattr(references, "known", [select(Blob.sha256).where(Blob.size < 0)])

        with pytest.raises(Exception, match="violates foreign key"), working():
            operations.collect_orphans()

        assert kept.exists(digest)

    def test_senders_and_collectors_at_once_lose_nothing(
        self, working: Working, kept: Store, outside: Outside, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Everything is old at once here: the collector takes whatever it can get, the senders send the same."""
        monkeypatch.setattr(operations, "FRESH", timedelta(seconds=-60))
        monkeypatch.setattr(Store, "sweep_drafts", lambda *_, **__: None)  # those here are of the living
        ended, latest = (
            time.monotonic() + 3,
            time.monotonic() + 60,
        )  # a busy machine gets more time, not a pass
        sent: list[str] = []

        def keep_on(deed: Callable[[int], object]) -> None:
            number = 0
            while time.monotonic() < (ended if len(sent) > ENOUGH else latest):
                deed(number)
                number += 1

        def send(number: int) -> None:
            with working():
                digest = attached(str(number).encode())
            sent.append(digest)

        def put_only(number: int) -> None:
            with working():
                save(BytesIO(str(number).encode()), filename="a.txt")

        together(
            lambda: keep_on(send),
            lambda: keep_on(send),
            lambda: keep_on(put_only),
            lambda: keep_on(lambda _: collect_in(working)),
        )

        assert len(sent) > ENOUGH
        assert [digest for digest in sent if not kept.exists(digest)] == []
        assert outside.execute("select count(*) from attachments").fetchone() == (len(sent),)


class TestKilling:
    """A sender that is killed at any step leaves at worst bytes that will be collected."""

    @pytest.fixture
    def killed_at(self, own_app: Flask) -> Callable[[str], None]:
        with own_app.app_context():
            config = configuration()
        environment = os.environ | {
            "DATABASE_URL": str(config.database_url),
            "HELPDESK_DATA": str(config.data_dir),
            "HELPDESK_SECRET_KEY": config.secret_key,
        }

        def run(step: str) -> None:
            done = subprocess.run(
                [sys.executable, "-m", "tests.files.killed_sender", step],
                cwd=Path(__file__).parents[2],
                env=environment,
                check=False,
                timeout=60,
            )
            assert done.returncode == -signal.SIGKILL

        return run

    @pytest.mark.parametrize(
        "step, bytes_stay", [("os.fsync", False), ("pathlib.Path.rename", False), ("commit", True)]
    )
    def test_no_row_without_bytes(
        self,
        working: Working,
        kept: Store,
        outside: Outside,
        killed_at: Callable[[str], None],
        step: str,
        bytes_stay: bool,
    ) -> None:
        killed_at(step)

        assert outside.execute(ROWS).fetchall() == []
        assert kept.exists(HELLO) is bytes_stay
        drafts = list(kept.drafts.iterdir())
        assert len(drafts) == (0 if bytes_stay else 1)

        for path in kept.root.rglob("*"):
            if path.is_file():
                os.utime(path, (0, 0))
        collect_in(working)
        assert [path for path in kept.root.rglob("*") if path.is_file()] == []


def collect_in(working: Working) -> None:
    with working():
        operations.collect_orphans()


def beside(deed: Callable[[], None]) -> None:
    """In another thread, and so in another transaction."""
    together(deed)


def together(*deeds: Callable[[], None]) -> None:
    with ThreadPoolExecutor(len(deeds)) as people:
        for ended in [people.submit(deed) for deed in deeds]:
            ended.result()  # raises what the deed has raised


def wait_until_blocked(outside: Outside) -> None:
    waiting = (
        "select count(*) from pg_locks join pg_stat_activity using (pid)"
        " where datname = current_database() and not granted"
    )
    deadline = time.monotonic() + 30
    while outside.execute(waiting).fetchone() == (0,):
        assert time.monotonic() < deadline
        time.sleep(0.01)
