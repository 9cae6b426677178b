"""Writers at work while the desk is killed under them; afterwards their logs are compared with the database."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg

from helpdesk.database.embedded import EmbeddedServer
from tests.support.http_person import HttpPerson
from tests.support.running_desk import RunningDesk

PARTS = ("web", "worker", "postgres", "all")
PASSWORD = "correct horse battery"
WRITERS = (
    ("agent@example.com", "/agent"),
    ("customer@example.com", "/portal"),
    ("admin@example.com", "/agent"),
)


@dataclass
class Ledger:
    """What the writers know: markers whose sending was answered 303, and those that never were."""

    confirmed: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    refusals: Counter[int] = field(default_factory=Counter)


class Writer(threading.Thread):
    """Replies to one ticket again and again; a reply without an answer is sent again with the same key."""

    def __init__(self, desk: RunningDesk, email: str, home: str, number: str, end: threading.Event) -> None:
        super().__init__(daemon=True)
        self.person = HttpPerson(desk.url)
        self.person.sign_in(email, PASSWORD)
        self.person.get(f"{home}/tickets/{number}")
        self.path, self.end, self.ledger = f"{home}/tickets/{number}/replies", end, Ledger()

    def run(self) -> None:
        while not self.end.is_set():
            marker, key = f"marker {uuid4().hex}", str(uuid4())
            if self._insist(marker, key):
                self.ledger.confirmed.append(marker)
            else:
                self.ledger.unanswered.append(marker)

    def _insist(self, marker: str, key: str) -> bool:
        for _ in range(600):
            try:
                status, _location = self.person.post(self.path, content=marker, submission_key=key)
                if status == 303:
                    return True
                self.ledger.refusals[status] += 1
            except OSError:
                self.ledger.refusals[0] += 1
            if self.end.is_set():
                return False
            time.sleep(0.1)
        return False


def crash(desk: RunningDesk, *, cycles: int, seed: int) -> tuple[Ledger, Counter[str]]:
    """Kill a part in each cycle while writers write; every part in turn, at random moments. Returns the whole ledger
    and how often each part was killed."""
    chance, end, kills = random.Random(seed), threading.Event(), Counter[str]()
    number = _ticket_of_the_customer(desk)
    writers = [Writer(desk, email, home, number, end) for email, home in WRITERS]
    for writer in writers:
        writer.start()
    try:
        for cycle in range(cycles):
            part = PARTS[cycle % len(PARTS)]
            time.sleep(chance.uniform(0.1, 0.8))
            if desk.kill(part):
                kills[part] += 1
            if part == "all":
                desk.start()
            desk.wait_until_ready()
    finally:
        time.sleep(1)
        end.set()
        for writer in writers:
            writer.join()
    total = Ledger()
    for writer in writers:
        total.confirmed += writer.ledger.confirmed
        total.unanswered += writer.ledger.unanswered
        total.refusals += writer.ledger.refusals
    return total, kills


def _ticket_of_the_customer(desk: RunningDesk) -> str:
    person = HttpPerson(desk.url)
    person.sign_in("customer@example.com", PASSWORD)
    person.get("/portal/tickets/new")
    status, location = person.post("/portal/tickets", title="Under fire", content="It keeps going down.")
    assert status == 303, status
    return location.rsplit("/", 1)[-1]


@dataclass
class Findings:
    """What the database says about the ledger."""

    lost: list[str]
    doubled: list[str]
    strangers: list[str]
    unfinished_jobs: list[tuple[str, str]]
    mails_wrong: int
    comments_unaudited: int


def compare(desk: RunningDesk, ledger: Ledger, *, wait_for_jobs: float = 60.0) -> Findings:
    """Every confirmed marker is there once; none that nobody sent; each public answer of staff has one mail; each
    comment its audit row; every job that was due has ended."""
    server = EmbeddedServer(_data_of(desk))
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        unfinished = _wait_for_jobs(connection, wait_for_jobs)
        found = Counter(
            row[0] for row in connection.execute("select content from comments where content like 'marker %'")
        )
        mails_wrong = _count(
            connection,
            """select count(*) from (
                 select c.id, count(m.id) from comments c join users u on u.id = c.author_id
                 left join outbox_messages m on m.comment_id = c.id
                 where c.content like 'marker %' and u.is_staff group by c.id having count(m.id) <> 1) wrong""",
        )
        unaudited = _count(
            connection,
            """select count(*) from comments c where c.content like 'marker %' and 1 <> (
                 select count(*) from audit_logs a
                 where a.table_name = 'comments' and a.record_id = c.id and a.action = 'insert')""",
        )
    sent = {*ledger.confirmed, *ledger.unanswered}
    return Findings(
        lost=[marker for marker in ledger.confirmed if not found[marker]],
        doubled=[marker for marker, times in found.items() if times > 1],
        strangers=[marker for marker in found if marker not in sent],
        unfinished_jobs=unfinished,
        mails_wrong=mails_wrong,
        comments_unaudited=unaudited,
    )


def _wait_for_jobs(
    connection: psycopg.Connection[tuple[object, ...]], seconds: float
) -> list[tuple[str, str]]:
    due = """select task_name, status::text from procrastinate_jobs
        where status in ('todo', 'doing') and coalesce(scheduled_at, now()) <= now()
        union all select 'an answer still held', id::text from comments
        where published_at is null and content like 'marker %'"""
    deadline = time.monotonic() + seconds
    while (rows := connection.execute(due).fetchall()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return [(str(name), str(status)) for name, status in rows]


def _count(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> int:
    row = connection.execute(statement).fetchone()  # type: ignore[arg-type]  # fixed texts of this module
    assert row is not None
    return int(str(row[0]))


def _data_of(desk: RunningDesk) -> Path:
    return Path(desk.environment["HELPDESK_DATA"])
