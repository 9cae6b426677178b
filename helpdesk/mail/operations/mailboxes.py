"""Mailboxes: made, named, switched on, paused, let go. Their servers are connecting.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from helpdesk.accounts.addresses import NotAnAddress, clean_email, email_key
from helpdesk.accounts.models import EmailAddress, Team, User
from helpdesk.audit.bulk import bulk_update
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.html import clean_text
from helpdesk.mail.models import InboundMessage, Mailbox, MailboxState, OutboxMessage
from helpdesk.mail.servers import BadMailbox, clean_line
from helpdesk.tickets.models import Ticket

LONGEST_NAME = 80
LONGEST_SIGNATURE = 2_000
MOST_ALIASES = 50


class InUse(Conflict):
    """Mails and tickets came or went by it: it is paused, not deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What people see of a mailbox, and what it believes of the mail that comes to it."""

    name: str
    address: str
    aliases: Iterable[str] = ()
    sender_name: str = ""
    signature: str = ""
    team: Team | None = None
    has_plus_addresses: bool = False
    trusts_spam_headers: bool = False
    authserv_id: str = ""


def create_mailbox(identity: Identity, *, by: User) -> Mailbox:
    """It neither fetches nor sends before it is connected and switched on. The first one is the default.

    Raises BadMailbox.
    """
    mailbox = Mailbox(is_default=db.session.scalar(select(Mailbox.id).where(Mailbox.is_default)) is None)
    _apply(identity, mailbox)
    db.session.add(mailbox)
    db.session.flush()
    db.session.add(MailboxState(mailbox_id=mailbox.id))
    db.session.flush()
    return mailbox


def change_mailbox(mailbox: Mailbox, identity: Identity, *, by: User) -> None:
    """Raises BadMailbox."""
    db.session.refresh(mailbox, with_for_update=True)
    _apply(identity, mailbox)
    db.session.flush()


def make_default(mailbox: Mailbox, *, by: User) -> None:
    """From now on it sends what no other mailbox is for. Raises BadMailbox."""
    if not mailbox.is_active:
        raise BadMailbox("is_default", "A mailbox that is paused cannot be the default one.")
    bulk_update(Mailbox, Mailbox.is_default.is_(True), lambda _row: {"is_default": False})
    db.session.refresh(mailbox, with_for_update=True)
    mailbox.is_default = True
    db.session.flush()


def switch_on(mailbox: Mailbox, *, cut_off_at: datetime | None, by: User) -> None:
    """Mail is imported from now on, what reached the server before `cut_off_at` never (None: all of it is).

    Mail from before this moment is not answered automatically, however old the mailbox is.
    """
    db.session.refresh(mailbox, with_for_update=True)
    if mailbox.connected_at is None:
        mailbox.connected_at, mailbox.cut_off_at = clock.now(), cut_off_at
    mailbox.is_active = True
    db.session.flush()


def pause(mailbox: Mailbox, *, by: User) -> None:
    """It neither fetches nor sends until it is resumed; what waits, waits."""
    db.session.refresh(mailbox, with_for_update=True)
    mailbox.is_active = False
    db.session.flush()


def resume(mailbox: Mailbox, *, by: User) -> None:
    """It goes on where it stopped."""
    db.session.refresh(mailbox, with_for_update=True)
    mailbox.is_active = True
    db.session.flush()


def is_used(mailbox: Mailbox) -> bool:
    """Whether any mail or ticket tells of it. Costs one statement."""
    traces: list[ColumnElement[bool]] = [
        select(table.id).where(table.mailbox_id == mailbox.id).exists()
        for table in (InboundMessage, OutboxMessage, Ticket)
    ]
    return bool(db.session.scalar(select(or_(*traces))))


def delete_mailbox(mailbox: Mailbox, *, by: User) -> None:
    """Only one that nothing came or went by. Raises InUse."""
    db.session.refresh(mailbox, with_for_update=True)
    if is_used(mailbox):
        raise InUse(
            "Mails or tickets came by this mailbox. Pause it instead: they keep knowing where they came from."
        )
    db.session.delete(mailbox)
    db.session.flush()


def _apply(identity: Identity, mailbox: Mailbox) -> None:
    mailbox.name = clean_line("name", identity.name)[:LONGEST_NAME]
    if not mailbox.name:
        raise BadMailbox("name", "Give it a name.")
    mailbox.address, mailbox.address_key = _address("address", identity.address)
    typed = dict.fromkeys(_address("aliases", each)[1] for each in identity.aliases if each.strip())
    mailbox.aliases = [each for each in typed if each != mailbox.address_key][:MOST_ALIASES]
    _refuse_taken("address", [mailbox.address_key], beside=mailbox.id)
    _refuse_taken("aliases", mailbox.aliases, beside=mailbox.id)
    mailbox.sender_name = clean_line("sender_name", identity.sender_name)
    mailbox.signature = clean_text(identity.signature).strip()[:LONGEST_SIGNATURE]
    mailbox.team_id = identity.team.id if identity.team else None
    mailbox.has_plus_addresses = identity.has_plus_addresses
    mailbox.trusts_spam_headers = identity.trusts_spam_headers
    mailbox.authserv_id = clean_line("authserv_id", identity.authserv_id).lower()


def _address(field: str, text: str) -> tuple[str, str]:
    try:
        return clean_email(text), email_key(text)
    except NotAnAddress as refusal:
        raise BadMailbox(field, refusal.sentence) from refusal


def _refuse_taken(field: str, keys: list[str], *, beside: int | None) -> None:
    """An address is a mailbox's or a person's, never two: mail from it is our own, and people must not be."""
    if not keys:
        return
    ours = select(Mailbox.name).where(
        Mailbox.id != (beside or 0), or_(Mailbox.address_key.in_(keys), Mailbox.aliases.overlap(keys))
    )
    if (name := db.session.scalars(ours.limit(1)).first()) is not None:
        raise BadMailbox(field, f"The mailbox “{name}” has this address already.")
    theirs = select(EmailAddress.email).where(EmailAddress.email_key.in_(keys)).limit(1)
    if (email := db.session.scalars(theirs).first()) is not None:
        raise BadMailbox(
            field, f"A person has the address {email}: mail from it would not be theirs any more."
        )
