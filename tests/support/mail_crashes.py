"""Mails on their way through a line that is killed, cut off and filled up; afterwards every one is accounted for."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from helpdesk.app import create_app
from helpdesk.core.tokens import digest
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.mail.models import AfterFetch, Security
from tests.support import databases, imap_server
from tests.support.fetching import Fetching
from tests.support.imap_server import ImapServer
from tests.support.mail_line import Round, as_line
from tests.support.smtp_sink import Sink, smtp_sink

DOOR_SECRET = "the door's secret"
PATIENCE = 20
"""Rounds until a line that is left in peace has done everything."""


def mail(number: int, *, size: int = 0) -> bytes:
    """A mail like no other, of about so many bytes."""
    filler = "\r\n".join(f"line {number} {place}" for place in range(size // 16))
    return (
        f"From: Customer {number} <customer{number}@customers.example>\r\nTo: support@desk.test\r\n"
        f"Subject: marker {number}\r\nMessage-ID: <{number}@customers.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain\r\n\r\nmarker {number}\r\n{filler}\r\n"
        "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=log.txt\r\n\r\n"
        f"log of {number}\r\n--b--\r\n"
    ).encode()


@dataclass
class Findings:
    """What the database, the mailbox and the other side's server say about the mails."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    answered_twice: list[str] = field(default_factory=list)
    """Under two Message-IDs: the same mail twice under one is shown once by every mail program."""
    left_at_the_server: int = 0
    unfinished: list[tuple[str, str]] = field(default_factory=list)


class MailLine:
    """A desk with a mailbox at a server of the test's own, and the process that carries its mails."""

    def __init__(
        self, server: EmbeddedServer, database: str, folder: Path, imap: ImapServer, sink: Sink
    ) -> None:
        self.server, self.database, self.imap, self.sink = server, database, imap, sink
        config = databases.config_for(server, database, folder)
        app = create_app(config)
        app.testing = True
        self.fetching = Fetching(
            app,
            imap,
            after_fetch=AfterFetch.DELETE,
            is_default=True,
            smtp_host=sink.host,
            smtp_port=sink.port,
            smtp_security=Security.NONE,
            door_secret_hash=digest(DOOR_SECRET),
            hourly_limit=1_000_000,
        )
        databases.dispose(app)
        self.sent: list[int] = []
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "DATABASE_URL": server.url(database),
            "HELPDESK_DATA": str(folder),
            "HELPDESK_SECRET_KEY": config.secret_key,
            "HELPDESK_SEALING_KEYS": ",".join(config.sealing_keys),
            "HELPDESK_PRIVATE_NETWORKS": databases.THIS_MACHINE,
            "MAILBOX_ID": str(self.fetching.mailbox_id),
            "DOOR_SECRET": DOOR_SECRET,
        }
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.support.mail_line"],
            env=self.environment,
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)

    def run(self, wanted: Round) -> dict[str, int | None]:
        """One round. Returns `killed` (the signal) and `status`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(as_line(wanted))
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the line ended"
        ended: dict[str, int | None] = json.loads(answer)
        return ended

    def put(self, *, size: int = 0) -> bytes:
        """Lay a new mail into the mailbox."""
        raw = self.new_mail(size=size)
        self.imap.put(raw)
        return raw

    def new_mail(self, *, size: int = 0) -> bytes:
        number = len(self.sent) + 1
        self.sent.append(number)
        return mail(number, size=size)

    def insist(self, wanted: Round) -> None:
        """What a source does that was not told yes: it comes again."""
        for _ in range(PATIENCE):
            if self.run(wanted)["status"] == 0:
                return
        raise AssertionError(f"not taken after {PATIENCE} rounds: {wanted}")

    def come_to_rest(self) -> None:
        """Rounds in peace until nothing is left to do."""
        for _ in range(PATIENCE):
            self.insist(Round())
            if not self.imap.inbox.messages and not self._waiting():
                return

    def _waiting(self) -> list[tuple[str, str]]:
        with psycopg.connect(self.server.superuser_url(self.database), autocommit=True) as connection:
            # what was put off because it was lost comes at once
            connection.execute(
                """update procrastinate_jobs set scheduled_at = now() where status = 'todo'
                   and scheduled_at > now() and task_name <> 'tickets.publish_held'"""
            )
            return connection.execute(
                "select task_name, status::text from procrastinate_jobs where status in ('todo', 'doing', 'failed')"
            ).fetchall()

    def findings(self) -> Findings:
        """Account for every mail."""
        with psycopg.connect(self.server.superuser_url(self.database), autocommit=True) as connection:
            rows = connection.execute("select subject, verdict from inbound_messages").fetchall()
            tickets = connection.execute(
                """select t.title, count(*) filter (where c.is_opening),
                          count(*) filter (where c.author_id <> t.requester_id and c.published_at is not null)
                   from tickets t join comments c on c.ticket_id = t.id
                   where t.title like 'marker %' group by t.id"""
            ).fetchall()
            files = Counter(
                title
                for (title,) in connection.execute(
                    """select t.title from attachments a join comments c on c.id = a.comment_id
                       join tickets t on t.id = c.ticket_id where a.filename = 'log.txt'"""
                )
            )
        filed = Counter(subject for subject, verdict in rows if verdict == "new_ticket")
        opened = Counter(title for title, _openings, _answers in tickets)
        answers = {title: answers for title, _openings, answers in tickets}
        mailed: dict[str, set[str]] = {}
        for caught in self.sink.mails:
            if "answer to" in caught.text:
                title = caught.text.partition("answer to ")[2].splitlines()[0].strip()
                mailed.setdefault(title, set()).add(str(caught.message["Message-ID"]))
        found = Findings(left_at_the_server=len(self.imap.inbox.messages), unfinished=self._waiting())
        for number in self.sent:
            name = f"marker {number}"
            if not filed[name] or not opened[name] or not files[name]:
                found.lost.append(name)
            if filed[name] > 1 or opened[name] > 1 or files[name] > 1:
                found.doubled.append(name)
            if answers.get(name) != 1 or not mailed.get(name):
                found.unanswered.append(name)
            if len(mailed.get(name, ())) > 1:
                found.answered_twice.append(name)
        return found


@contextmanager
def mail_line(server: EmbeddedServer, database: str, folder: Path) -> Iterator[MailLine]:
    """A line, with the servers on both of its ends."""
    with imap_server.running() as imap, smtp_sink() as sink:
        line = MailLine(server, database, folder, imap, sink)
        try:
            yield line
        finally:
            line.close()


def nothing_is_wrong(found: Findings, sent: Sequence[int]) -> None:
    """Raises AssertionError with what is."""
    assert sent, "no mail was sent, so this proves nothing"
    assert found == Findings(), found
