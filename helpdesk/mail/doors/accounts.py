"""Account: what a connection to a mailbox's server needs, read from its row and free of the session."""

from dataclasses import dataclass, field
from datetime import datetime

from helpdesk.core.errors import Conflict
from helpdesk.core.sealing import unseal
from helpdesk.mail.doors.oauth import access_token
from helpdesk.mail.models import AfterFetch, Mailbox, Security, SignIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where mail is fetched, by whom, and what becomes of it there."""

    mailbox_id: int
    host: str
    port: int
    security: Security
    user: str
    sign_in: SignIn
    secret: str = field(repr=False)
    """The password, or an access token that holds for a while."""
    folder: str = "INBOX"
    after_fetch: AfterFetch = AfterFetch.MARK
    done_folder: str = ""
    cut_off_at: datetime | None = None

    @property
    def place(self) -> str:
        """What a position is of: with another server, folder or cut-off all mails are looked at again."""
        since = self.cut_off_at.isoformat() if self.cut_off_at else "ever"
        return f"{self.user} at {self.host}:{self.port}, {self.folder}, since {since}"


def account_of(mailbox: Mailbox) -> Account:
    """How the mail of this mailbox is fetched. May ask for an access token.

    Raises Conflict where it is not fetched at all or no password is known, Unsealable, and PermissionEnded.
    """
    if mailbox.imap_host is None:
        raise Conflict("No server is named from which its mail could be fetched.")
    return Account(
        mailbox_id=mailbox.id,
        host=mailbox.imap_host,
        port=mailbox.imap_port,
        security=mailbox.imap_security,
        user=mailbox.imap_user or mailbox.address,
        sign_in=mailbox.sign_in,
        secret=_secret(mailbox),
        folder=mailbox.imap_folder,
        after_fetch=mailbox.after_fetch,
        done_folder=mailbox.done_folder,
        cut_off_at=mailbox.cut_off_at,
    )


def _secret(mailbox: Mailbox) -> str:
    if mailbox.sign_in is SignIn.OAUTH2:
        return access_token(mailbox)
    if mailbox.imap_password is None:
        raise Conflict("No password is known for the server its mail is fetched from.")
    return unseal(mailbox.imap_password)
