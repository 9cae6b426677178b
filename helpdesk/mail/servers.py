"""What is typed about a mail server, cleaned: host, port, who signs in, and which secret goes to whom."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from helpdesk.core.errors import Unwelcome
from helpdesk.core.lines import one_line
from helpdesk.core.sealing import seal
from helpdesk.mail.models import AfterFetch, Security, SignIn

LONGEST_LINE = 255
LONGEST_SECRET = 4_000
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[?[0-9A-Fa-f:.]+\]?")


class BadMailbox(Unwelcome):
    """What was typed for `field` cannot be used; the sentence says why."""

    status = 422

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """The server mail is fetched from. An empty password keeps the one there is; an empty host: not fetched."""

    host: str = ""
    port: int = 993
    security: Security = Security.TLS
    user: str = ""
    password: str = ""
    folder: str = "INBOX"
    after_fetch: AfterFetch = AfterFetch.MARK
    done_folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """The server mail is sent by. An empty host: nothing is sent from here."""

    host: str = ""
    port: int = 587
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = ""
    hourly_limit: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """How the desk signs in at both servers; with OAuth2, the client it was registered as."""

    sign_in: SignIn = SignIn.PASSWORD
    authorize_url: str = ""
    token_url: str = ""
    scope: str = ""
    client_id: str = ""
    client_secret: str = ""
    ends_at: datetime | None = None
    """When the client's secret ends, as far as somebody knows: nobody else tells the desk."""


def clean_host(field: str, text: str) -> str | None:
    """A host name or an IP address; None for nothing. Raises BadMailbox."""
    host = text.strip().strip("[]").rstrip(".").lower()
    if not host:
        return None
    if len(host) > LONGEST_LINE or not _HOST.fullmatch(host):
        raise BadMailbox(
            field, "Type the name of a server, such as imap.example.com, without https:// or port."
        )
    return host


def clean_port(field: str, number: int) -> int:
    """Raises BadMailbox."""
    if not 1 <= number <= 65_535:
        raise BadMailbox(field, "A port is a number from 1 to 65535.")
    return number


def clean_line(field: str, text: str) -> str:
    """Raises BadMailbox."""
    line = one_line(text)
    if len(line) > LONGEST_LINE:
        raise BadMailbox(field, f"This may have {LONGEST_LINE} characters at most.")
    return line


def clean_web_address(field: str, text: str) -> str:
    """An https address; plain http only to this machine. Raises BadMailbox."""
    address = clean_line(field, text)
    parts = urlsplit(address)
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise BadMailbox(field, "Type an address that begins with https://.")
    return address


def kept_secret(field: str, typed: str, *, sealed: str | None, is_for_the_same: bool) -> str | None:
    """The secret, sealed: the one typed, else the one there is, which only the server it was typed for may get.

    So nobody learns a stored password by naming a server of their own. Raises BadMailbox.
    """
    if len(typed) > LONGEST_SECRET:
        raise BadMailbox(field, f"This may have {LONGEST_SECRET} characters at most.")
    if typed:
        return seal(typed)
    if sealed is not None and not is_for_the_same:
        raise BadMailbox(
            field, "Type it again: the one that is stored is given only to the server it was typed for."
        )
    return sealed
