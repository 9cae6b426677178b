"""Talking to the server that takes our mail: one connection for several letters, its own words when it refuses."""

import logging
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from helpdesk.core import outgoing
from helpdesk.core.faults import Point, passing
from helpdesk.core.html import clean_text
from helpdesk.core.sealing import unseal
from helpdesk.mail.composing import Envelope
from helpdesk.mail.doors.oauth import access_token
from helpdesk.mail.models import Mailbox, Security, SignIn

log = logging.getLogger(__name__)

PATIENCE = 20.0  # seconds a server may take for one answer
UNDISTURBED = 30.0  # seconds for which a server that could not be reached is left alone
_left_alone: dict[int, tuple[float, str]] = {}
"""Until when, and what it said: by mailbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a connection needs, read from the row of a mailbox and free of the session."""

    mailbox_id: int
    host: str
    port: int
    security: Security
    sign_in: SignIn
    user: str | None
    secret: str = field(repr=False)
    """The password, or an access token that holds for a while; empty: the server asks for none."""
    helo: str


class NotTaken(Exception):
    """A server did not take a mail, or could not be talked to. `answer` is what it said."""

    def __init__(self, answer: str, *, is_final: bool = False, is_about_server: bool = False) -> None:
        super().__init__(answer)
        self.answer, self.is_final, self.is_about_server = answer, is_final, is_about_server


def account_of(mailbox: Mailbox) -> Account:
    """How mail of this mailbox is sent. May ask for an access token. Raises Conflict where it cannot be sent."""
    assert mailbox.smtp_host is not None  # senders.sender_of gives none without
    return Account(
        mailbox_id=mailbox.id,
        host=mailbox.smtp_host,
        port=mailbox.smtp_port,
        security=mailbox.smtp_security,
        sign_in=mailbox.sign_in,
        user=mailbox.smtp_user,
        secret=_secret(mailbox),
        helo=mailbox.address_key.rpartition("@")[2],
    )


def _secret(mailbox: Mailbox) -> str:
    if mailbox.smtp_user is None:
        return ""  # a relay that knows us by our address
    if mailbox.sign_in is SignIn.OAUTH2:
        return access_token(mailbox)
    return unseal(mailbox.smtp_password) if mailbox.smtp_password else ""


class _Plain(smtplib.SMTP):
    """The library's connection, opened by core.outgoing."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return outgoing.connect(host, port, timeout=timeout)


class _Private(smtplib.SMTP_SSL):
    """The same, with TLS from the start."""

    def _get_socket(self, host: str, port: int, timeout: float) -> ssl.SSLSocket:
        connection = outgoing.connect(host, port, timeout=timeout)
        return self.context.wrap_socket(connection, server_hostname=host)


class Courier:
    """Brings letters to one server; connects with the first one, and anew after a failure."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._connection.quit()

    def bring(self, envelope: Envelope) -> str:
        """Hand over a mail. Returns the server's answer; raises NotTaken."""
        connection = self._connected()
        try:
            with _plainly():
                self._address(connection, envelope)
                passing(Point.SMTP_BEFORE_DATA)
                code, answer = connection.data(envelope.raw)
                if code != 250:
                    raise NotTaken(_said(code, answer), is_final=_is_final(code))
                passing(Point.SMTP_ACCEPTED)
                return _said(code, answer)
        except NotTaken:
            self._reset()
            raise

    def check(self) -> list[str]:
        """Connect and sign in, nothing more. Returns what the server said; raises NotTaken."""
        connection = self._connected()
        with _plainly():
            code, answer = connection.noop()
            return [_said(220, connection.ehlo_resp or b""), _said(code, answer)]

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            account = self._account
            until, said = _left_alone.get(account.mailbox_id, (0.0, ""))
            if time.monotonic() < until:
                raise NotTaken(said, is_about_server=True)
            try:
                passing(Point.SMTP_BEFORE_CONNECT)
                with _plainly():
                    self._connection = connect(account)
            except NotTaken as trouble:
                _left_alone[account.mailbox_id] = (time.monotonic() + UNDISTURBED, trouble.answer)
                raise
            _left_alone.pop(account.mailbox_id, None)
        return self._connection

    def _address(self, connection: smtplib.SMTP, envelope: Envelope) -> None:
        size = int(connection.esmtp_features.get("size") or 0)
        if size and len(envelope.raw) > size:
            raise NotTaken(
                f"The mail has {len(envelope.raw):,} bytes, the server takes {size:,}.", is_final=True
            )
        options = []
        if not f"{envelope.mail_from}{envelope.rcpt_to}".isascii():
            if not connection.has_extn("smtputf8"):
                raise NotTaken("The server takes no addresses with such letters (SMTPUTF8).", is_final=True)
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        code, answer = connection.mail(envelope.mail_from, options)
        if code >= 500 and envelope.mail_from != envelope.fallback_from:
            connection.rset()
            code, answer = connection.mail(envelope.fallback_from, options)
        if code != 250:
            raise NotTaken(_said(code, answer), is_final=_is_final(code))
        code, answer = connection.rcpt(envelope.rcpt_to)
        if code not in (250, 251):
            raise NotTaken(_said(code, answer), is_final=_is_final(code))

    def _reset(self) -> None:
        """Ready for the next letter, on a new connection where this one is gone."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if connection.rset()[0] == 250:
                self._connection = connection
        except (OSError, smtplib.SMTPException):
            connection.close()


def connect(account: Account) -> smtplib.SMTP:
    """An open connection, private as far as it was asked for, signed in. Raises what smtplib and sockets raise."""
    trusted = outgoing.trusted()
    connection: smtplib.SMTP
    if account.security is Security.TLS:
        connection = _Private(
            account.host, account.port, local_hostname=account.helo, timeout=PATIENCE, context=trusted
        )
    else:
        connection = _Plain(account.host, account.port, local_hostname=account.helo, timeout=PATIENCE)
    try:
        connection.ehlo_or_helo_if_needed()
        if account.security is Security.STARTTLS:
            connection.starttls(context=trusted)
            connection.ehlo()
        if account.user is not None:
            _sign_in(connection, account)
    except BaseException:
        connection.close()
        raise
    return connection


def _sign_in(connection: smtplib.SMTP, account: Account) -> None:
    if account.sign_in is SignIn.OAUTH2:
        said = f"user={account.user}\x01auth=Bearer {account.secret}\x01\x01"

        def credentials(challenge: bytes | None = None) -> str:
            return "" if challenge else said  # a challenge after them is an error that wants an empty line

        connection.auth("XOAUTH2", credentials, initial_response_ok=True)
    else:
        assert account.user is not None  # asked before
        connection.login(account.user, account.secret)


@contextmanager
def _plainly() -> Iterator[None]:
    """What goes wrong, as NotTaken with the server's own words."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise NotTaken(_said(error.smtp_code, error.smtp_error), is_about_server=True) from error
    except (smtplib.SMTPException, ssl.SSLError) as error:
        raise NotTaken(clean_text(str(error)), is_about_server=True) from error
    except OSError as error:
        told = error.strerror or str(error) or type(error).__name__
        raise NotTaken(f"The server could not be reached: {told}.", is_about_server=True) from error


def _is_final(code: int) -> bool:
    return code >= 500


def _said(code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return clean_text(f"{code} {words}").strip()
