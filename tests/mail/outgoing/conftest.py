"""Mailboxes that send to a server of the test, and the worker's deed at once."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.core.db import db
from helpdesk.core.sealing import seal
from helpdesk.mail import smtp
from helpdesk.mail.jobs import deliver
from helpdesk.mail.models import Mailbox, OutboxMessage, OutboxRecipient, Security
from tests.support.mailboxes import mailbox_of
from tests.support.smtp_sink import Sink, smtp_sink


@pytest.fixture(scope="module")
def mail_server() -> Iterator[Sink]:
    """A mail server, for all tests of a file."""
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def sink(mail_server: Sink) -> Sink:
    """The same, empty and friendly."""
    mail_server.mails.clear()
    mail_server.refusals.clear()
    mail_server.sender_refusals.clear()
    mail_server.after_data = "250 2.0.0 queued as 1234"
    smtp._left_alone.clear()
    return mail_server


@pytest.fixture
def mailbox(work: Session, sink: Sink) -> Mailbox:
    """The default mailbox of the desk."""
    return sending_mailbox(sink, "support@desk.example", is_default=True)


@pytest.fixture
def send_all(mailbox: Mailbox) -> Callable[[], None]:
    """`send_all()` does what the worker would do with every letter of the outbox."""

    def send() -> None:
        for message_id in db.session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)).all():
            deliver(message_id)

    return send


@pytest.fixture
def states(work: Session) -> Callable[[], list[str]]:
    """`states()` says how far each delivery has come, oldest first."""

    def look() -> list[str]:
        return [
            each.value
            for each in db.session.scalars(select(OutboxRecipient.state).order_by(OutboxRecipient.id))
        ]

    return look


def sending_mailbox(sink: Sink, address: str, *, password: str = "", **more: object) -> Mailbox:
    """A mailbox whose mail the test's server takes."""
    return mailbox_of(
        address,
        smtp_host=sink.host,
        smtp_port=sink.port,
        smtp_security=Security.NONE,
        smtp_user=address if password else None,
        smtp_password=seal(password) if password else None,
        **more,
    )
