"""All mailboxes that are fetched, each watched by a thread of its own: what `helpdesk fetch` runs."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.core.db import db
from helpdesk.mail.doors.intake import Application, step
from helpdesk.mail.doors.watching import Watch
from helpdesk.mail.models import Mailbox

log = logging.getLogger(__name__)

LOOK_EVERY = 10.0  # seconds between two looks at which mailboxes there are
GRACE = 7.0  # seconds the threads have to end; below the supervisor's own patience
Settings = Mapping[int, Sequence[Any]]
"""What a connection hangs on, by mailbox: where one of these changes, it is made anew."""


class Fetchers:
    """Threads, as many as there are mailboxes to be fetched."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.known: Settings = {}
        self.watches: dict[int, Watch] = {}

    def run(self, stopping: threading.Event) -> None:
        """Watch over all of them until told to stop."""
        while not stopping.is_set():
            try:
                self.follow(settings(self.app))
            except SQLAlchemyError as error:  # the next look tells; the threads see for themselves
                log.warning("The mailboxes cannot be read (%s)", type(error).__name__)
            stopping.wait(LOOK_EVERY)
        self.end()

    def follow(self, wanted: Settings) -> None:
        """Begin with new mailboxes, begin anew with changed ones, end with those that are not fetched any more."""
        for mailbox_id, watch in list(self.watches.items()):
            if wanted.get(mailbox_id) != self.known.get(mailbox_id):
                watch.stop()
            if watch.stopping.is_set() and not watch.is_alive():
                del self.watches[mailbox_id]
        for mailbox_id in wanted:
            if mailbox_id not in self.watches:
                self.watches[mailbox_id] = Watch(self.app, mailbox_id)
                self.watches[mailbox_id].start()
        self.known = wanted

    def end(self) -> None:
        """Ask all to end, and wait for a while. What they have in hand then is fetched again some day."""
        until = time.monotonic() + GRACE
        for watch in self.watches.values():
            watch.stop()
        for watch in self.watches.values():
            watch.join(max(0.0, until - time.monotonic()))


def settings(app: Application) -> Settings:
    """Of the mailboxes that are switched on and have a server to fetch from."""
    columns = (
        *(Mailbox.imap_host, Mailbox.imap_port, Mailbox.imap_security, Mailbox.imap_user, Mailbox.address),
        *(Mailbox.imap_password, Mailbox.sign_in, Mailbox.oauth_client_id, Mailbox.oauth_token_url),
        *(Mailbox.imap_folder, Mailbox.after_fetch, Mailbox.done_folder, Mailbox.cut_off_at),
    )
    wanted = select(Mailbox.id, *columns).where(
        Mailbox.is_active, Mailbox.imap_host.is_not(None), Mailbox.connected_at.is_not(None)
    )
    with step(app):
        return {row[0]: tuple(row[1:]) for row in db.session.execute(wanted)}
