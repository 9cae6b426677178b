"""Mailboxes for tests: an address, and nothing behind it unless a test says so."""

from typing import Any

from helpdesk.accounts.addresses import email_key
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail.models import Mailbox, MailboxState

MAIL = (
    b"From: Carl Customer <carl@example.com>\r\nTo: support@desk.test\r\nSubject: The printer is on fire\r\n"
    b"Message-ID: <fire@example.com>\r\nDate: Mon, 16 Nov 2026 09:30:00 +0100\r\n\r\nIt burns.\r\n"
)


def mailbox_of(address: str = "support@desk.test", **more: Any) -> Mailbox:
    """A mailbox that is switched on."""
    named = {"name": address, "address": address, "address_key": email_key(address)}
    made = Mailbox(**{**named, "connected_at": clock.now(), **more})
    db.session.add(made)
    db.session.flush()
    db.session.add(MailboxState(mailbox_id=made.id))
    db.session.flush()
    return made


def numbered_mail(number: int, *, size: int = 0) -> bytes:
    """A mail that is like no other of the same test, of at least `size` bytes."""
    head = MAIL.replace(b"<fire@", f"<{number}@".encode()).replace(b"on fire", f"on fire ({number})".encode())
    return head + b"and on\r\n" * (max(0, size - len(head)) // 8)
