"""How many mails a second a whole desk takes in and files: python -m bench.intake --mails 1000. A number, no test.

`helpdesk run` as people start it, on an empty data folder, with its default worker; the mails wait at an IMAP server
of our own. With --corpus the mails of a folder are used, each as often as it takes. The clock runs from the first row
to the last verdict; beside it stands the processor time all parts of the desk used, which a busy machine changes less.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from flask import Flask
from sqlalchemy import func, select

from helpdesk.app import create_app
from helpdesk.config import Config
from helpdesk.core import current
from helpdesk.core.current import SYSTEM_USER_ID, Via
from helpdesk.core.db import db
from helpdesk.core.sealing import seal
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.mail.models import InboundMessage, Security, Verdict
from tests.support import imap_server
from tests.support.imap_server import PASSWORD, ImapServer
from tests.support.mailboxes import mailbox_of, numbered_mail
from tests.support.running_desk import RunningDesk

PATIENCE = 1_800.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mails", type=int, default=1_000)
    parser.add_argument("--size", type=int, default=4_000, help="bytes of each made-up mail")
    parser.add_argument("--corpus", type=Path, help="a folder of .eml files to use instead")
    options = parser.parse_args()
    raws = list(mails(options.mails, size=options.size, corpus=options.corpus))
    with imap_server.running() as imap, desk() as (running, app):
        imap.put(*raws)
        before = processor_time(running)
        connect(app, imap)
        wait_until_filed(app, len(raws))
        report(app, spent=processor_time(running) - before)


def mails(count: int, *, size: int, corpus: Path | None) -> Iterator[bytes]:
    """So many mails, no two the same; those made up come from so many people."""
    if corpus is None:
        for number in range(count):
            yield numbered_mail(number, size=size).replace(b"carl@", f"person{number}@".encode())
        return
    found: Sequence[Path] = sorted(corpus.rglob("*.eml"))
    for number, path in enumerate(islice(cycle(found), count)):
        yield b"X-Bench: %d\r\n" % number + path.read_bytes()


@contextmanager
def desk() -> Iterator[tuple[RunningDesk, Flask]]:
    with TemporaryDirectory(prefix="hd-bench-") as folder:
        Path(folder).chmod(0o755)
        running = RunningDesk(Path(folder))
        running.start()
        try:
            running.wait_until_ready()
            data = running.environment["HELPDESK_DATA"]
            url = EmbeddedServer(Path(data)).url()
            yield running, create_app(Config.from_environ({"HELPDESK_DATA": data, "DATABASE_URL": url}))
        finally:
            running.remove()


def connect(app: Flask, imap: ImapServer) -> None:
    with app.app_context(), current.entering(Via.CLI, user_id=SYSTEM_USER_ID), unit_of_work():
        mailbox_of(
            imap_host="127.0.0.1",
            imap_port=imap.port,
            imap_security=Security.NONE,
            imap_user="support",
            imap_password=seal(PASSWORD),
        )


def wait_until_filed(app: Flask, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while (counted := verdicts(app)).total() < count or counted[Verdict.WAITING]:
        assert time.monotonic() < deadline, f"after {PATIENCE:.0f} s: {counted}"
        time.sleep(0.5)


def verdicts(app: Flask) -> Counter[Verdict]:
    with app.app_context(), current.entering(Via.CLI):
        found = select(InboundMessage.verdict, func.count()).group_by(InboundMessage.verdict)
        return Counter(dict(tuple(row) for row in db.session.execute(found)))


def processor_time(running: RunningDesk) -> Counter[str]:
    """Seconds each part of the desk has used, with the processes it started."""
    spent: Counter[str] = Counter()
    for process in {*running.processes("all"), *postgres(running)}:
        try:
            part, times = part_of(process), process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent[part] += times.user + times.system
    return spent


def part_of(process: psutil.Process) -> str:
    words = " ".join(process.cmdline())
    known = {"gunicorn": "web", "helpdesk.cli worker": "worker", "helpdesk.cli fetch": "fetcher"}
    return next((part for word, part in known.items() if word in words), process.name()[:12])


def postgres(running: RunningDesk) -> set[psutil.Process]:
    return {
        child
        for parent in running.processes("postgres")
        for child in (parent, *parent.children(recursive=True))
    }


def report(app: Flask, *, spent: Counter[str]) -> None:
    with app.app_context(), current.entering(Via.CLI):
        first, last, received, count = db.session.execute(
            select(
                func.min(InboundMessage.created_at),
                func.max(InboundMessage.decided_at),
                func.max(InboundMessage.created_at),
                func.count(),
            )
        ).one()
    seconds = (last - first).total_seconds()
    fetched = (received - first).total_seconds()
    cost = spent.total() / count
    cores, load = psutil.cpu_count(), psutil.getloadavg()[0]
    print(
        f"{count:,} mails in {seconds:.1f} s: {count / seconds:.1f} mails/s ({cores} cores, load {load:.1f})"
    )
    print(f"  fetched and kept within {fetched:.1f} s")
    print(f"  {1000 * cost:.1f} ms of processor a mail: {2 / cost:.1f} mails/s on 2 cores of its own")
    print(
        "  of it " + ", ".join(f"{1000 * used / count:.1f} ms {part}" for part, used in spent.most_common())
    )
    print("  " + ", ".join(f"{count:,} {verdict.value}" for verdict, count in verdicts(app).most_common()))


if __name__ == "__main__":
    main()
