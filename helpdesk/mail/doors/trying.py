"""Trying a mailbox's servers as they are typed: what they answered, word for word. Nothing is fetched or sent."""

from collections.abc import Callable
from dataclasses import dataclass

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from helpdesk.core.errors import Unwelcome
from helpdesk.mail import smtp
from helpdesk.mail.doors import imap
from helpdesk.mail.doors.accounts import Account, account_of
from helpdesk.mail.models import Mailbox


@dataclass(frozen=True, slots=True)
class Trial:
    """How it went: what the server said at each step, and whether all of them went well."""

    is_well: bool
    answers: tuple[str, ...]
    """Steps that went well begin with what was done; the last one of a trial that failed is why."""


def try_incoming(mailbox: Mailbox) -> Trial:
    """Connect to its IMAP server, sign in, open the folder without changing anything. Never raises."""
    told: list[str] = []
    try:
        account = account_of(mailbox)
        try:
            return Trial(_walk_through(account, told), tuple(told))
        except (IMAPClientError, OSError) as error:
            return Trial(False, (*told, imap.said(error, account)))
    except Unwelcome as refusal:
        return Trial(False, (*told, refusal.sentence))


def try_outgoing(mailbox: Mailbox) -> Trial:
    """Connect to its SMTP server and sign in; no mail is sent. Never raises."""
    if mailbox.smtp_host is None:
        return Trial(False, ("No server is named by which mail could be sent.",))
    try:
        with smtp.Courier(smtp.account_of(mailbox)) as courier:
            return Trial(True, tuple(courier.check()))
    except smtp.NotTaken as refusal:
        return Trial(False, (refusal.answer,))
    except Unwelcome as refusal:
        return Trial(False, (refusal.sentence,))


def _walk_through(account: Account, told: list[str]) -> bool:
    def tell(step: str, answer: object) -> None:
        words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
        told.append(imap.said(Exception(f"{step}: {words}"), account))

    with imap.connect(account) as client:
        tell("Connected", client.welcome)
        tell("Signed in", _first(imap.sign_in(client, account)))
        _open(client, account, tell)
    return True


def _open(client: IMAPClient, account: Account, tell: Callable[[str, object], None]) -> None:
    imap.select(client, account, readonly=True)
    tell(f"Opened {account.folder}", f"{len(client.search())} mails")
    wanted = ("IDLE", "MOVE", "UIDPLUS")
    able = [each for each in wanted if client.has_capability(each)]
    tell("Able to", ", ".join(able) or "nothing more than it must")


def _first(answer: object) -> object:
    return answer[0] if isinstance(answer, (list, tuple)) and answer else answer
