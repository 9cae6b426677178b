"""`helpdesk fetch`: the process that fetches mail."""

import signal
import threading

import click

from helpdesk.config import Config
from helpdesk.database.access import opened


@click.command("fetch")
def command() -> None:
    """Fetch mail from all mailboxes until told to stop. `helpdesk run` starts one; a second one does no harm."""
    with opened(Config.from_environ(), migrated=False) as config:
        from helpdesk.app import create_app  # noqa: PLC0415 — the whole program comes with it
        from helpdesk.mail.doors.fetchers import Fetchers  # noqa: PLC0415 — so does what mail needs

        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: stopping.set())
        Fetchers(create_app(config)).run(stopping)
