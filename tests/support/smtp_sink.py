"""A mail server for tests on a real socket: it keeps what it is given, and refuses whom it is told to refuse."""

import logging
import warnings
from asyncio.base_events import Server
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True, slots=True)
class Caught:
    """One mail as the server took it: the envelope, and the bytes."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The same, read."""
        return BytesParser(policy=policy.default).parsebytes(self.raw)

    @property
    def text(self) -> str:
        """Its plain text."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part is not None else ""

    @property
    def html(self) -> str:
        """Its HTML."""
        part = self.message.get_body(("html",))
        return str(part.get_content()) if part is not None else ""


@dataclass
class Sink:
    """What was caught, and how the server answers. Change it while it runs."""

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[Caught] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    """Answer by the address in RCPT TO: `"550 5.1.1 nobody of that name"`."""
    sender_refusals: dict[str, str] = field(default_factory=dict)
    """Answer by the address in MAIL FROM; the null return path is the empty string."""
    after_data: str = "250 2.0.0 queued as 1234"
    """What is answered to the mail itself; a mail is kept only where this begins with 250."""
    password: str = ""
    """What has to be said to send at all; empty: nothing."""

    @property
    def last(self) -> Caught:
        return self.mails[-1]

    def to(self, email: str) -> list[Caught]:
        """What was caught for one address."""
        return [each for each in self.mails if email in each.rcpt_to]


class _Handler:
    """What aiosmtpd asks."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self._sink.sender_refusals.get("" if address == "<>" else address):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self._sink.refusals.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._sink.after_data.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            sender = (envelope.mail_from or "").removeprefix("<>")
            self._sink.mails.append(Caught(sender, tuple(envelope.rcpt_tos), content))
        return self._sink.after_data

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        said = b64decode(args[1]).decode() if len(args) > 1 else ""
        is_right = f"auth=Bearer {self._sink.password}\x01" in said
        return AuthResult(success=is_right, handled=False)

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        is_right = isinstance(given, LoginPassword) and given.password.decode() == self._sink.password
        return AuthResult(success=is_right, handled=False)


class _AnyPort(Controller):
    """The library knocks at the port it was told; ours is chosen by the system."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # the library's own


@contextmanager
def smtp_sink(*, password: str = "") -> Iterator[Sink]:
    """A server on a free port of this machine, for the length of the block."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells every line of every conversation
    sink = Sink(password=password)
    handler = _Handler(sink)
    controller = _AnyPort(
        handler,
        hostname=sink.host,
        port=0,
        authenticator=handler.authenticate,
        auth_required=bool(password),
        auth_require_tls=False,
        enable_SMTPUTF8=True,
        data_size_limit=60_000_000,
    )
    warnings.filterwarnings("ignore", message="Requiring AUTH")  # passwords travel openly, on this machine
    controller.start()
    try:
        sink.port = controller.port
        yield sink
    finally:
        controller.stop()
