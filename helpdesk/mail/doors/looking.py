"""One look at a folder: what is new there is taken in, mail by mail, and let go of once it is safe."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from imapclient import IMAPClient

from helpdesk.core.db import db
from helpdesk.core.faults import Point, passing
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.mail.doors import imap
from helpdesk.mail.doors.accounts import Account
from helpdesk.mail.doors.imap import Listed
from helpdesk.mail.doors.intake import Application, step, taking_in
from helpdesk.mail.models import Door, Mailbox, Reason
from helpdesk.mail.operations.positions import position, remember_position
from helpdesk.mail.operations.receiving import most_bytes, receive, receive_headers, receive_unfetched

MOST_AT_ONCE, MOST_BYTES_AT_ONCE = 25, 5 * 2**20
"""So many mails are asked for in one go: a server far away answers once for all of them."""
TRIES = 3
"""So often a mail is asked for that the server does not hand over."""


class Arrival(TypedDict):
    """How a mail came."""

    door: Door
    arrived_at: datetime | None
    uid_validity: int
    uid: int


@dataclass
class Memory:
    """What one process knows of a folder beyond the position: mails the server has not handed over yet."""

    place: tuple[str, int] = ("", 0)
    tries: dict[int, int] = field(default_factory=dict)
    finished: set[int] = field(default_factory=set)
    """Beyond those that hold the position back."""
    trouble: str = ""
    """What the server said when it would not let go of something; the mail itself is safe."""

    def go_to(self, place: tuple[str, int]) -> None:
        if place != self.place:
            self.place, self.trouble = place, ""
            self.tries.clear()
            self.finished.clear()

    def tried_in_vain(self, uid: int) -> int:
        """Count it. Returns how often by now."""
        self.tries[uid] = self.tries.get(uid, 0) + 1
        return self.tries[uid]

    def finish(self, uids: Iterable[int]) -> None:
        for uid in uids:
            self.tries.pop(uid, None)
            self.finished.add(uid)

    def safe_up_to(self, uid: int) -> int:
        """How far the position may go when all up to this UID was looked at."""
        looked_at = max(uid, max(self.finished, default=0))
        reached = min(looked_at, min(self.tries, default=looked_at + 1) - 1)
        self.finished = {each for each in self.finished if each > reached}
        return reached


class Look:
    """A look at the folder of an account, on a connection that is signed in."""

    def __init__(self, app: Application, client: IMAPClient, account: Account, memory: Memory) -> None:
        self.app, self.client, self.account, self.memory = app, client, account, memory
        self.uid_validity = 0
        self.taken_in = 0
        with app.app_context():
            self.most_bytes = most_bytes()

    def take_all(self) -> int:
        """Take in what is new, oldest first. Returns how many mails came.

        Raises what breaks the connection, NotStored, and what breaks the database: whatever is not let go of by then
        comes again with the next look, and is known then.
        """
        self.uid_validity = imap.select(self.client, self.account)
        self.memory.go_to((self.account.place, self.uid_validity))
        with step(self.app), unit_of_work():
            last = position(self.account.mailbox_id, place=self.account.place, uid_validity=self.uid_validity)
        uids = imap.uids_after(self.client, last, since=self.account.cut_off_at)
        wanted = [uid for uid in uids if uid not in self.memory.finished]
        for start in range(0, len(wanted), imap.DESCRIBED_AT_ONCE):
            some = wanted[start : start + imap.DESCRIBED_AT_ONCE]
            for group in groups(imap.described(self.client, some)):
                self._take(group)
        return self.taken_in

    def _take(self, group: Sequence[Listed]) -> None:
        """Take in some mails, then have the server let go of them, then remember that."""
        recent = [each for each in group if not imap.is_older(each, self.account.cut_off_at)]
        bodies = imap.raw(self.client, [each.uid for each in recent if each.size <= self.most_bytes])
        safe = [each.uid for each in recent if each.uid in bodies and self._take_in(each, bodies[each.uid])]
        waiting = [each for each in recent if each.uid not in bodies and not self._do_without(each)]
        passing(Point.IMAP_BEFORE_LETTING_GO)
        self.memory.trouble = imap.let_go(self.client, self.account, safe) or self.memory.trouble
        passing(Point.IMAP_LET_GO)
        self.memory.finish(each.uid for each in group if each not in waiting)
        self._remember(self.memory.safe_up_to(group[-1].uid))

    def _take_in(self, mail: Listed, body: bytes) -> bool:
        """Keep one mail. False where it is kept in part only: then its server may not let go of it."""
        passing(Point.IMAP_FETCHED)
        with step(self.app), taking_in():
            found = receive(body, mailbox=self._mailbox(), **self._how(mail))
        self.taken_in += 1
        return found.reason is not Reason.TOO_LARGE

    def _do_without(self, mail: Listed) -> bool:
        """Of a mail that does not come whole, keep what does. False where it is worth asking for it once more."""
        if mail.size <= self.most_bytes:
            if not imap.is_there(self.client, mail.uid):
                return True  # somebody has deleted it, or another fetcher was faster
            if self.memory.tried_in_vain(mail.uid) < TRIES:
                return False
        keep = receive_headers if mail.size > self.most_bytes else receive_unfetched
        head = imap.headers(self.client, [mail.uid]).get(mail.uid, b"")
        passing(Point.IMAP_FETCHED)
        with step(self.app), taking_in():
            keep(head, mailbox=self._mailbox(), **self._how(mail))
        return True

    def _remember(self, uid: int) -> None:
        passing(Point.IMAP_BEFORE_REMEMBERING)
        with step(self.app), unit_of_work():
            remember_position(
                self.account.mailbox_id, place=self.account.place, uid_validity=self.uid_validity, uid=uid
            )

    def _mailbox(self) -> Mailbox:
        return db.session.get_one(Mailbox, self.account.mailbox_id)

    def _how(self, mail: Listed) -> Arrival:
        return {
            "door": Door.IMAP,
            "arrived_at": mail.arrived_at,
            "uid_validity": self.uid_validity,
            "uid": mail.uid,
        }


def groups(mails: Sequence[Listed]) -> Iterator[list[Listed]]:
    """The mails in their order, in parts that can be asked for in one go."""
    group: list[Listed] = []
    for mail in mails:
        if group and (
            len(group) == MOST_AT_ONCE or sum(each.size for each in group) + mail.size > MOST_BYTES_AT_ONCE
        ):
            yield group
            group = []
        group.append(mail)
    if group:
        yield group
