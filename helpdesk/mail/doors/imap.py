"""A folder at an IMAP server: addressed by UID alone, nothing in it changed but by `let_go`."""

import imaplib
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from imapclient import DELETED, SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError

from helpdesk.core import outgoing
from helpdesk.core.lines import one_line
from helpdesk.mail.doors.accounts import Account
from helpdesk.mail.models import AfterFetch, Security, SignIn

PATIENCE = SocketTimeout(connect=20, read=60)  # seconds
LONGEST_ANSWER = 500
DESCRIBED_AT_ONCE = 500
Broken = (IMAPClientAbortError, OSError)
"""The connection is of no use any more."""
Refusing = (IMAPClientError, ValueError)
"""The server says no, or something nobody understands; these include IMAPClientAbortError, which is Broken."""

# A line longer than a megabyte breaks a connection of imaplib: with 150,000 mails the answer to SEARCH is one.
vars(imaplib)["_MAXLINE"] = 64 * 2**20


class ServerRefused(Exception):
    """The server cannot be reached, or does not do what is asked. `str()` of it is what it said."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in the folder, before it is fetched."""

    uid: int
    size: int
    arrived_at: datetime | None
    """INTERNALDATE; None where the server does not tell it."""


class _Plain(imaplib.IMAP4):
    """A connection opened by core.outgoing."""

    def _create_socket(self, _timeout: float | None) -> socket.socket:
        return outgoing.connect(self.host, self.port, timeout=PATIENCE.connect)


class _Private(_Plain):
    """The same, with TLS from the start."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return outgoing.trusted().wrap_socket(super()._create_socket(timeout), server_hostname=self.host)


class _GuardedClient(IMAPClient):  # type: ignore[misc]  # comes without types
    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 — as the library calls it
        return (_Private if self.ssl else _Plain)(self.host, self.port)


@contextmanager
def connected(account: Account) -> Iterator[IMAPClient]:
    """A connection, signed in, for the length of the block. Raises ServerRefused, also for what breaks inside."""
    try:
        with _greeted(account) as client:
            sign_in(client, account)
            yield client
    except (IMAPClientError, OSError) as error:
        raise ServerRefused(said(error, account)) from error


def connect(account: Account) -> IMAPClient:
    """A connection on which nobody has signed in."""
    client = _GuardedClient(
        account.host,
        port=account.port,
        ssl=account.security is Security.TLS,
        timeout=PATIENCE,
    )
    client.normalise_times = False  # aware moments
    if account.security is Security.STARTTLS:
        try:
            client.starttls(outgoing.trusted())
        except BaseException:
            client.shutdown()
            raise
    return client


def sign_in(client: IMAPClient, account: Account) -> Any:
    """With the password or the access token. Returns what the server answered."""
    if account.sign_in is SignIn.OAUTH2:
        return client.oauth2_login(account.user, account.secret)
    return client.login(account.user, account.secret)


def select(client: IMAPClient, account: Account, *, readonly: bool = False) -> int:
    """Open the folder. Returns its UIDVALIDITY; 0 where the server knows none."""
    return int(client.select_folder(account.folder, readonly=readonly).get(b"UIDVALIDITY", 0))


def uids_after(client: IMAPClient, uid: int, *, since: datetime | None) -> list[int]:
    """UIDs above this one, in order. With `since` a day's older ones may be among them: servers know dates only."""
    criteria: list[Any] = ["UID", f"{uid + 1}:*"]
    if since is not None:
        criteria += ["SINCE", (since - timedelta(days=1)).astimezone(UTC).date()]
    return sorted(
        found for found in client.search(criteria) if found > uid
    )  # `*` is the last one, whatever it is


def uids_since(client: IMAPClient, moment: datetime | None) -> list[int]:
    """UIDs of what reached the server at this moment or later, to the second; None: of all."""
    uids = uids_after(client, 0, since=moment)
    if moment is None or not uids:
        return uids
    # servers know dates only: those of the days around the moment are looked at one by one
    near = set(client.search(["BEFORE", (moment + timedelta(days=2)).astimezone(UTC).date()]))
    doubtful = [uid for uid in uids if uid in near]
    older: set[int] = set()
    for start in range(0, len(doubtful), DESCRIBED_AT_ONCE):
        some = described(client, doubtful[start : start + DESCRIBED_AT_ONCE])
        older.update(each.uid for each in some if is_older(each, moment))
    return [uid for uid in uids if uid not in older]


def uids_larger(client: IMAPClient, size: int) -> list[int]:
    """UIDs of mails of more bytes than this."""
    return sorted(client.search(["LARGER", size]))


def is_older(mail: Listed, moment: datetime | None) -> bool:
    """Whether it reached the server before this moment, as far as the server tells."""
    return moment is not None and mail.arrived_at is not None and mail.arrived_at < moment


def is_there(client: IMAPClient, uid: int) -> bool:
    """Whether the folder still holds it."""
    return bool(client.search(["UID", str(uid)]))


def described(client: IMAPClient, uids: Sequence[int]) -> list[Listed]:
    """What is known of these mails, at most DESCRIBED_AT_ONCE, in their order; of some that may be nothing."""
    answers = fetched(client, uids, "RFC822.SIZE", "INTERNALDATE")
    return [_listed(uid, answers.get(uid, {})) for uid in uids]


def raw(client: IMAPClient, uids: Sequence[int]) -> dict[int, bytes]:
    """The bytes of these mails, of those the server hands over; nothing is marked by that."""
    answers = fetched(client, uids, "BODY.PEEK[]")
    return {uid: body for uid, answer in answers.items() if isinstance(body := answer.get(b"BODY[]"), bytes)}


def headers(client: IMAPClient, uids: Sequence[int], *fields: str) -> dict[int, bytes]:
    """The headers of these mails, all or those named."""
    wanted = f"HEADER.FIELDS ({' '.join(fields)})" if fields else "HEADER"
    answers = fetched(client, uids, f"BODY.PEEK[{wanted}]")
    return {
        uid: value
        for uid, answer in answers.items()
        for name, value in answer.items()
        if name.startswith(b"BODY[") and isinstance(value, bytes)
    }


def fetched(client: IMAPClient, uids: Sequence[int], *items: str) -> dict[int, dict[bytes, Any]]:
    """Items of some mails; where the server stumbles over one of them, of each that it does not stumble over."""
    try:
        return dict(client.fetch(uids, items))
    except Broken:
        raise
    except Refusing:
        if len(uids) == 1:
            return {}
    return {uid: answer for each in uids for uid, answer in fetched(client, [each], *items).items()}


def let_go(client: IMAPClient, account: Account, uids: Sequence[int]) -> str:
    """Mark, move or delete what is safe with us; never a mail that is not named. Returns what went wrong, or ""."""
    if not uids:
        return ""
    try:
        _let_go(client, account, uids)
    except Broken:
        raise
    except Refusing as error:
        if len(uids) == 1:
            return said(error, account)
        return next(filter(None, [let_go(client, account, [uid]) for uid in uids]), "")
    return ""


def make_done_folder(client: IMAPClient, account: Account) -> None:
    """Where mails are moved to a folder that is not there, it is made."""
    wanted = account.done_folder if account.after_fetch is AfterFetch.MOVE else ""
    if wanted and not client.folder_exists(wanted):
        client.create_folder(wanted)


def said(error: BaseException, account: Account) -> str:
    """What a server said, on a line, with no secret in it."""
    words = str(error) or type(error).__name__
    if account.secret:
        words = words.replace(account.secret, "…")
    return one_line(words)[:LONGEST_ANSWER]


@contextmanager
def _greeted(account: Account) -> Iterator[IMAPClient]:
    with connect(account) as client:
        yield client


def _listed(uid: int, answer: dict[bytes, Any]) -> Listed:
    moment = answer.get(b"INTERNALDATE")
    return Listed(
        uid,
        int(answer.get(b"RFC822.SIZE") or 0),
        moment.astimezone(UTC) if isinstance(moment, datetime) else None,
    )


def _let_go(client: IMAPClient, account: Account, uids: Sequence[int]) -> None:
    if account.after_fetch is AfterFetch.MARK or _has_nowhere_to_go(account):
        client.add_flags(uids, [SEEN], silent=True)
    elif account.after_fetch is AfterFetch.DELETE:
        _remove(client, uids)
    elif client.has_capability("MOVE"):
        client.move(uids, account.done_folder)
    else:
        client.copy(uids, account.done_folder)
        _remove(client, uids)


def _has_nowhere_to_go(account: Account) -> bool:
    return account.after_fetch is AfterFetch.MOVE and not account.done_folder


def _remove(client: IMAPClient, uids: Sequence[int]) -> None:
    """Plain EXPUNGE would take along what other programs have marked: without UIDPLUS the marks are all we leave."""
    client.add_flags(uids, [DELETED], silent=True)
    try:
        client.uid_expunge(uids)
    except CapabilityError:
        return
