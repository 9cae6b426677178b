"""Keys to one ticket: the secret in a mailed link that opens it for one person who need not sign in."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select, update

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.events import publish
from helpdesk.core.tokens import digest, new_token
from helpdesk.tickets.events import KeyWanted
from helpdesk.tickets.models import Ticket, TicketKey
from helpdesk.tickets.queries import tickets_for

LIFETIME = timedelta(days=30)
KEPT = timedelta(days=90)
"""For so long whoever holds a key that has ended can have a new one mailed to its owner."""

_UNWATCHED = {"synchronize_session": False}


def mint_key(ticket: Ticket, *, person: User, address: EmailAddress) -> str:
    """A new key for a mail to this address, readable only now. Earlier ones stay good until they expire."""
    token, now = new_token(), clock.now()
    key = TicketKey(
        token_hash=digest(token),
        ticket_id=ticket.id,
        user_id=person.id,
        address_id=address.id,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    db.session.add(key)
    db.session.flush()
    return token


def opened_by(hashes: ColumnElement[Any] | str) -> Select[TicketKey, User, EmailAddress]:
    """Key, person and address of a digest, while the key is good.

    It ends with its time, with the account of its person, and when the address it was mailed to is no longer theirs.
    """
    return known_by(hashes).where(TicketKey.expires_at > clock.now())


def known_by(hashes: ColumnElement[Any] | str) -> Select[TicketKey, User, EmailAddress]:
    """The same also after its time: whom a new one may be mailed to."""
    return (
        select(TicketKey, User, EmailAddress)
        .join(User, User.id == TicketKey.user_id)
        .join(EmailAddress, (EmailAddress.id == TicketKey.address_id) & (EmailAddress.user_id == User.id))
        .where(
            TicketKey.token_hash == hashes,
            User.is_active,
            ~User.is_staff,
            ~User.is_system,
            User.anonymised_at.is_(None),
            User.merged_into_id.is_(None),
        )
    )


def renew_key(key_id: int) -> None:
    """Have another link mailed to where the first one went; nothing happens where it would open nothing."""
    hashes = select(TicketKey.token_hash).where(TicketKey.id == key_id).scalar_subquery()
    found = db.session.execute(known_by(hashes)).one_or_none()
    if found is None:
        return
    key, person, address = found
    ticket = db.session.scalars(tickets_for(person).where(Ticket.id == key.ticket_id)).one_or_none()
    if ticket is not None:
        publish(KeyWanted(ticket, person, address))


def end_keys(person: User) -> None:
    """No mailed link opens anything for this person any longer; new ones can be asked for."""
    now = clock.now()
    theirs = (TicketKey.user_id == person.id) & (TicketKey.expires_at > now)
    db.session.execute(update(TicketKey).where(theirs).values(expires_at=now), execution_options=_UNWATCHED)


def delete_keys(which: ColumnElement[bool]) -> None:
    """Nobody can even ask for new ones."""
    db.session.execute(delete(TicketKey).where(which), execution_options=_UNWATCHED)


def forget_keys() -> None:
    """Delete keys that ended long ago."""
    delete_keys(TicketKey.expires_at < clock.now() - KEPT)
