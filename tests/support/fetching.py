"""A mailbox at a test's own mail server, looked at when the test says so."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from flask import Flask
from sqlalchemy import select

from helpdesk.core import current
from helpdesk.core.current import SYSTEM_USER_ID, Via
from helpdesk.core.db import db
from helpdesk.core.sealing import seal
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.files.store import store
from helpdesk.mail.doors import imap
from helpdesk.mail.doors.accounts import account_of
from helpdesk.mail.doors.watching import Watch
from helpdesk.mail.models import InboundMessage, Mailbox, MailboxState, Security
from tests.support.imap_server import PASSWORD
from tests.support.mailboxes import mailbox_of


class Server(Protocol):
    """Any IMAP server on loopback that knows PASSWORD."""

    @property
    def port(self) -> int: ...


class Fetching:
    """A mailbox and what a process knows of it. Everything it does is committed; `sealed` are columns of secrets."""

    def __init__(
        self,
        app: Flask,
        server: Server,
        address: str = "support@desk.test",
        *,
        password: str | None = PASSWORD,
        sealed: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.app, self.server = app, server
        with self.inside():
            self.mailbox_id = mailbox_of(
                address,
                **{
                    "imap_host": "127.0.0.1",
                    "imap_port": server.port,
                    "imap_security": Security.NONE,
                    "imap_user": address,
                    "imap_password": seal(password) if password else None,
                    **{name: seal(secret) for name, secret in (sealed or {}).items()},
                    **more,
                },
            ).id
        self.watch = self.new_watch()

    def new_watch(self) -> Watch:
        """As another process would begin: it remembers nothing."""
        self.watch = Watch(self.app, self.mailbox_id)
        return self.watch

    def look(self, watch: Watch | None = None) -> int:
        """Connect, look once, hang up. Returns how many mails came."""
        watch = watch or self.watch
        with self.inside():
            account = account_of(db.session.get_one(Mailbox, self.mailbox_id))
        with imap.connected(account) as client:
            imap.make_done_folder(client, account)
            return watch.look(client, account)

    @contextmanager
    def inside(self) -> Iterator[None]:
        with self.app.app_context(), current.entering(Via.CLI, user_id=SYSTEM_USER_ID), unit_of_work():
            yield

    def change(self, **columns: Any) -> None:
        with self.inside():
            mailbox = db.session.get_one(Mailbox, self.mailbox_id)
            for name, value in columns.items():
                setattr(mailbox, name, value)

    def rows(self) -> list[InboundMessage]:
        with self.inside():
            mine = InboundMessage.mailbox_id == self.mailbox_id
            return list(db.session.scalars(select(InboundMessage).where(mine).order_by(InboundMessage.id)))

    def raws(self) -> list[bytes]:
        """The bytes of every mail that came, in the order in which they came."""
        with self.inside():
            return [store().open(row.sha256).read() for row in self.rows()]

    def state(self) -> MailboxState:
        with self.inside():
            return db.session.get_one(MailboxState, self.mailbox_id)
