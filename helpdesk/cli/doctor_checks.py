"""What `helpdesk doctor` looks at: each check says how one part is and, where it is not well, what to do."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from helpdesk.background.queries import queue_state
from helpdesk.config import Config
from helpdesk.core import clock
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.database import facts, migrations
from helpdesk.database.facts import Server
from helpdesk.database.verdicts import Verdict, amount, judged
from helpdesk.mail.models import DeliveryState, Mailbox, OutboxRecipient
from helpdesk.mail.queries.alarms import Alarm, AlarmKind, alarms

FULL_BELOW, NEARLY_FULL_BELOW = 2**30, 0.1
"""Bytes, and the share of a disk, that have to stay free."""
CLOCK_MAY_DIFFER = timedelta(seconds=2)
WORKER_SEEN_WITHIN = timedelta(seconds=60)
MAIL_MAY_WAIT = timedelta(minutes=15)
WORKER_CONNECTIONS = 20
"""What a worker and its supervisor need beside the web server's pool, generously."""
LARGE = 8
"""A database this many times as large as the memory PostgreSQL keeps for it is read from the disk's cache."""
MILD = frozenset({AlarmKind.STRANGERS, AlarmKind.BRAKE, AlarmKind.LOOP})


@dataclass(frozen=True, slots=True)
class Finding:
    """One part as it was found. `advice` is what to do, where there is something to do."""

    part: str
    state: str
    verdict: Verdict = Verdict.FINE
    advice: str = ""


def findings(config: Config) -> Iterator[Finding]:
    """Everything, part by part. Needs the database, in the role of staff."""
    server = facts.server(db.session.connection())
    yield _tables()
    yield from settings(server, config)
    yield from disks(config)
    yield clocks(clock.now(), db.session.scalar(select(func.clock_timestamp())) or clock.now())
    yield from _work()
    yield from _mail()


def settings(server: Server, config: Config) -> Iterator[Finding]:
    """How PostgreSQL is set, and whether it counts what takes its time."""
    needed = config.web_workers * (config.pool_size + config.pool_max_overflow) + WORKER_CONNECTIONS
    for each in judged(server.settings, connections_needed=needed):
        yield Finding(each.name, each.value, each.verdict, each.advice)
    kept = amount(server.settings["shared_buffers"])
    if not config.is_embedded and kept and server.bytes > LARGE * kept:
        size = f"the database is {server.bytes // kept} times as large"
        advice = "Give PostgreSQL a quarter of the machine's memory (shared_buffers), and start it again."
        yield Finding("shared_buffers and the data", size, Verdict.DOUBTFUL, advice)
    if server.has_statements:
        yield Finding("pg_stat_statements", "there")
    else:
        advice = "Add it to shared_preload_libraries, start PostgreSQL again, and create the extension."
        yield Finding(
            "pg_stat_statements", "missing: nobody can say which pages cost most", Verdict.DOUBTFUL, advice
        )


def disks(config: Config) -> Iterator[Finding]:
    """The disk of the data folder, where the embedded database mostly lies as well."""
    folder = next(each for each in (config.data_dir, *config.data_dir.parents) if each.exists())
    disk = shutil.disk_usage(folder)
    yield disk_at(folder, total=disk.total, free=disk.free)


def disk_at(folder: Path, *, total: int, free: int) -> Finding:
    """Whether enough is free."""
    state = f"{free / 2**30:,.1f} GB of {total / 2**30:,.1f} GB free"
    advice = f"Make room below {folder}, or move HELPDESK_DATA: without room nothing can be saved."
    if free < FULL_BELOW:
        return Finding("disk", state, Verdict.BAD, advice)
    if free < NEARLY_FULL_BELOW * total:
        return Finding("disk", state, Verdict.DOUBTFUL, advice)
    return Finding("disk", state)


def clocks(ours: datetime, theirs: datetime) -> Finding:
    """Whether this machine and PostgreSQL's tell the same time."""
    apart = abs(ours - theirs)
    if apart > CLOCK_MAY_DIFFER:
        advice = "Let NTP set the clocks of both machines: deadlines, links and sessions end too early or too late."
        return Finding("clock", f"{apart.total_seconds():.0f} s from the database's", Verdict.BAD, advice)
    return Finding("clock", "as the database's")


def _tables() -> Finding:
    with acting_as(db.session(), DatabaseRole.AUTH):  # as /readyz asks
        is_at_head = migrations.is_at_head(db.session.connection())
    if is_at_head:
        return Finding("tables", f"at revision {migrations.head()}")
    return Finding("tables", "not at the newest revision", Verdict.BAD, "Run `helpdesk db upgrade`.")


def _work() -> Iterator[Finding]:
    state = db.session.execute(queue_state()).one()
    seen = state.worker_seen_at
    if seen is None or clock.now() - seen > WORKER_SEEN_WITHIN:
        advice = "Start `helpdesk run`, or `helpdesk worker` beside your own web server."
        yield Finding("worker", f"none lives, {state.waiting:,} jobs wait", Verdict.BAD, advice)
    else:
        yield Finding("worker", f"alive, {state.waiting:,} jobs wait")
    if state.failed:
        advice = "Look at them in the administration, under Jobs: try them again or discard them."
        yield Finding("jobs", f"{state.failed:,} gave up", Verdict.DOUBTFUL, advice)


def _mail() -> Iterator[Finding]:
    if not db.session.scalar(select(func.count()).select_from(Mailbox).where(Mailbox.is_active)):
        advice = "Connect a mailbox in the administration: nobody gets a mail until then."
        yield Finding("mail", "no mailbox is switched on", Verdict.DOUBTFUL, advice)
    waiting = select(func.count(), func.min(OutboxRecipient.state_at)).where(
        OutboxRecipient.state == DeliveryState.WAITING
    )
    count, since = db.session.execute(waiting).one()
    if count and clock.now() - since > MAIL_MAY_WAIT:
        advice = "See whether the worker lives, and what Outbox says in the administration."
        yield Finding(
            "outbox",
            f"{count:,} mails wait, the first since {since:%Y-%m-%d %H:%M} UTC",
            Verdict.DOUBTFUL,
            advice,
        )
    else:
        yield Finding("outbox", f"{count:,} mails wait")
    yield from map(alarm, alarms())


def alarm(found: Alarm) -> Finding:
    """What the administration is warned of as well."""
    of = f" of {found.mailbox}" if found.mailbox else f": {found.count:,}"
    said = f" ({found.detail})" if found.detail else ""
    verdict = Verdict.DOUBTFUL if found.kind in MILD else Verdict.BAD
    return Finding(f"{found.kind.value}{of}", f"needs somebody{said}", verdict, ADVICE[found.kind])


ADVICE = {
    AlarmKind.READING: "Look at Access in the administration: an account read very much within an hour.",
    AlarmKind.QUARANTINED: "Look at the quarantined mails in the administration.",
    AlarmKind.FAILED: "Look at the mails that could not be read, under Incoming mail in the administration.",
    AlarmKind.WAITING: "Mails wait to be read: see whether a worker lives.",
    AlarmKind.LOOP: "Look at the mails that were stopped as part of a loop.",
    AlarmKind.STRANGERS: "Look at the messages that are held at tickets.",
    AlarmKind.FETCHING: "Check the address, the user and the password of the mailbox.",
    AlarmKind.SENDING: "Check the address, the user and the password of the mailbox.",
    AlarmKind.BRAKE: "The mailbox has sent its limit for this hour: raise it, or wait.",
    AlarmKind.PERMISSION: "Renew the permission of the mailbox.",
}
