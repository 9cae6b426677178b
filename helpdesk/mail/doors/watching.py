"""One thread a mailbox: connected, told of new mail by the server (IDLE), connected again when that breaks."""

import logging
import random
import threading
import time
from contextlib import suppress

from imapclient import IMAPClient
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.mail.doors import imap
from helpdesk.mail.doors.accounts import Account, account_of
from helpdesk.mail.doors.imap import ServerRefused
from helpdesk.mail.doors.intake import Application, step
from helpdesk.mail.doors.looking import Look, Memory
from helpdesk.mail.doors.oauth import forget_access
from helpdesk.mail.models import Mailbox, SignIn
from helpdesk.mail.operations.positions import note_failure, note_look

log = logging.getLogger(__name__)

STEP = 1.0  # seconds between two looks at whether to stop
AT_LEAST_EVERY = 300.0  # seconds; a server that forgets to tell is asked
WITHOUT_IDLE = 60.0  # seconds between two looks at a server that cannot tell
SESSION = (
    25 * 60.0
)  # seconds; below the half hour after which servers hang up, and the hour of an access token
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0  # seconds before the next try
CALM = 60.0  # seconds a connection has to live for its end to count as the first


class Watch(threading.Thread):
    """Watches over one mailbox until it is told to stop. Nothing that happens to it ends it, or touches another."""

    def __init__(self, app: Application, mailbox_id: int) -> None:
        super().__init__(name=f"mailbox {mailbox_id}", daemon=True)
        self.app, self.mailbox_id = app, mailbox_id
        self.memory = Memory()
        self.stopping = threading.Event()
        self.failures = 0

    def stop(self) -> None:
        """Ask it to end: it does after the mail it has in hand."""
        self.stopping.set()

    def run(self) -> None:
        while not self.stopping.is_set():
            began = time.monotonic()
            try:
                self.stay_connected()
            except Exception as error:  # whatever it was, the next try may go well
                if time.monotonic() - began > CALM:
                    self.failures = 0
                self._remember_failure(error)
                self.stopping.wait(self._pause())

    def stay_connected(self) -> None:
        """One connection, from signing in until its time is over."""
        until = time.monotonic() + SESSION
        account = self._account()
        try:
            with imap.connected(account) as client:
                imap.make_done_folder(client, account)
                while not self.stopping.is_set() and time.monotonic() < until:
                    self.look(client, account)
                    self._wait_for_news(client)
        except ServerRefused:
            self._distrust_token(account)
            raise

    def look(self, client: IMAPClient, account: Account) -> int:
        """Take in what is new, and note how that went. Returns how many mails came."""
        taken_in = Look(self.app, client, account, self.memory).take_all()
        with step(self.app), unit_of_work():
            if self.memory.trouble:
                said = f"The mail is here, but its server does not let it go: {self.memory.trouble}"
                note_failure(self.mailbox_id, said)
            else:
                note_look(self.mailbox_id)
        self.failures = 0
        if taken_in:
            log.info("Mailbox %s: %s mails taken in", self.mailbox_id, taken_in)
        return taken_in

    def _account(self) -> Account:
        with step(self.app), unit_of_work():
            return account_of(db.session.get_one(Mailbox, self.mailbox_id))

    def _wait_for_news(self, client: IMAPClient) -> None:
        if not client.has_capability("IDLE"):
            self.stopping.wait(WITHOUT_IDLE)
            return
        client.idle()
        until = time.monotonic() + AT_LEAST_EVERY
        while not self.stopping.is_set() and time.monotonic() < until:
            asked = time.monotonic()
            told = client.idle_check(timeout=STEP)
            if not told and time.monotonic() - asked < STEP / 2:
                raise ConnectionError("The server hung up.")
            if any(b"EXISTS" in each for each in told):
                break
        client.idle_done()

    def _distrust_token(self, account: Account) -> None:
        """An access token the server refuses is not shown to it again."""
        if account.sign_in is SignIn.OAUTH2:
            with suppress(SQLAlchemyError), step(self.app), unit_of_work():
                forget_access(db.session.get_one(Mailbox, self.mailbox_id))

    def _remember_failure(self, error: Exception) -> None:
        self.failures += 1
        is_known = isinstance(error, (ServerRefused, Unwelcome, OSError, SQLAlchemyError))
        log.warning(
            "Mailbox %s cannot be fetched: %s",
            self.mailbox_id,
            type(error).__name__,
            exc_info=None if is_known else error,
        )
        with suppress(SQLAlchemyError), step(self.app), unit_of_work():
            note_failure(self.mailbox_id, _sentence(error))

    def _pause(self) -> float:
        """Twice as long each time, and never all mailboxes at once."""
        longest = min(FIRST_PAUSE * 2.0 ** min(self.failures - 1, 20), LONGEST_PAUSE)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 — spreads load, keeps no secret


def _sentence(error: Exception) -> str:
    if isinstance(error, Unwelcome):
        return error.sentence
    if isinstance(error, ServerRefused):
        return str(error)
    return f"Something went wrong ({type(error).__name__}); the log says more."
