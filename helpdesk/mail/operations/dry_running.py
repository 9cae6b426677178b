"""What switching a mailbox on would import: counted and shown by a look that changes nothing, here or there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from imapclient import IMAPClient

from helpdesk.core.errors import Conflict
from helpdesk.mail.doors import imap
from helpdesk.mail.doors.accounts import Account, account_of
from helpdesk.mail.doors.imap import Listed, ServerRefused
from helpdesk.mail.models import Mailbox
from helpdesk.mail.operations.receiving import most_bytes
from helpdesk.mail.parsing import parse

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mail that would be imported, as its list line."""

    sender: str
    subject: str
    arrived_at: datetime | None
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would be imported."""

    in_folder: int
    to_import: int
    too_large: int
    """Of those to import: what would leave its headers only."""
    oldest: Sequence[Candidate]
    newest: Sequence[Candidate]
    """Oldest and newest first; where there are few, `newest` holds what `oldest` does not."""

    @property
    def left_out(self) -> int:
        """Older than the cut-off."""
        return self.in_folder - self.to_import


def dry_run(mailbox: Mailbox, *, cut_off_at: datetime | None, shown: int = SHOWN) -> Foreseen:
    """Look into the folder as it would be fetched with this cut-off. Costs a connection and a few answers.

    Raises Conflict with the server's own words where it cannot be looked at.
    """
    account = account_of(mailbox)
    try:
        with imap.connected(account) as client:
            return _foreseen(client, account, cut_off_at, shown)
    except ServerRefused as refusal:
        raise Conflict(f"The server said: {refusal}") from refusal


def _foreseen(client: IMAPClient, account: Account, cut_off_at: datetime | None, shown: int) -> Foreseen:
    imap.select(client, account, readonly=True)
    in_folder = len(imap.uids_after(client, 0, since=None))
    wanted = imap.uids_since(client, cut_off_at)
    large = set(imap.uids_larger(client, most_bytes()))
    oldest, newest = wanted[:shown], wanted[max(shown, len(wanted) - shown) :]
    return Foreseen(
        in_folder=in_folder,
        to_import=len(wanted),
        too_large=sum(uid in large for uid in wanted),
        oldest=_candidates(client, oldest),
        newest=_candidates(client, newest)[::-1],
    )


def _candidates(client: IMAPClient, uids: Sequence[int]) -> list[Candidate]:
    if not uids:
        return []
    heads = imap.headers(client, uids, "FROM", "SUBJECT")
    return [_candidate(each, heads.get(each.uid, b"")) for each in imap.described(client, uids)]


def _candidate(mail: Listed, head: bytes) -> Candidate:
    found = parse(head)
    return Candidate(found.from_name or found.from_address, found.subject, mail.arrived_at, mail.size)
