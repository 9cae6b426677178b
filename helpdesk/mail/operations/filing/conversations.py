"""Which ticket a mail speaks of, and what proves it: reply tokens, known Message-IDs, or a mere number."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.mail.models import InboundMessage, OutboxMessage, Verdict
from helpdesk.mail.operations.filing.mails import Mail
from helpdesk.mail.own_addresses import is_own
from helpdesk.mail.reply_tokens import ANYBODY, Claim, Forged, read_reply_token
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.policy import visible_to

MOST_IDS = 100
LONGEST_CHAIN = 20
_NUMBER = re.compile(r"\bHD-\d{1,12}\b", re.IGNORECASE)
_FILED = (Verdict.NEW_TICKET, Verdict.REPLY)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a mail says it belongs to. Nothing of it is a right."""

    ticket: Ticket | None = None
    """Proven by a token of ours, or by a Message-ID that only who took part can know."""
    claims: Sequence[Claim] = ()
    """The tokens of ours it carries for this ticket."""
    is_forged: bool = False
    """It carries what looks like a token of ours and is none."""
    named: Ticket | None = None
    """The ticket whose number its subject says."""

    def has_token_of(self, user_id: int) -> bool:
        return any(claim.user_id == user_id for claim in self.claims)

    @property
    def has_token_of_somebody(self) -> bool:
        return any(claim.user_id != ANYBODY for claim in self.claims)


def conversation_of(mail: Mail) -> Conversation:
    """Read tokens and Message-IDs, the address it went to first, then the mail it answers, then older ones."""
    ids = _message_ids(mail)
    from_addresses = [read_reply_token(each) for each in _own_addresses_with_plus(mail)]
    claims = [each for each in (*from_addresses, *map(read_reply_token, ids)) if isinstance(each, Claim)]
    candidates = [claim.ticket_id for claim in claims] or _tickets_of(ids)
    tickets = list(_living(candidates))
    ticket = next((each for each in tickets if may_see(mail.person, each)), tickets[0] if tickets else None)
    return Conversation(
        ticket=ticket,
        claims=[claim for claim in claims if ticket is not None and _leads_to(claim.ticket_id, ticket)],
        is_forged=any(isinstance(each, Forged) for each in from_addresses),
        named=_numbered(mail.parsed.subject),
    )


def _own_addresses_with_plus(mail: Mail) -> list[str]:
    """To, Cc and where the servers say it was delivered: a token in somebody else's address is theirs."""
    headers = mail.parsed.headers
    delivered = [
        address
        for name in ("delivered-to", "x-original-to", "envelope-to")
        for value in headers.get(name, [])
        for address in value.replace(",", " ").split()
    ]
    named = [box.address for box in (*mail.parsed.to, *mail.parsed.cc)]
    wanted = (each.strip("<>") for each in (*delivered, *named))
    return [each for each in dict.fromkeys(wanted) if "+" in each and is_own(each, mail.own)][:MOST_IDS]


def _message_ids(mail: Mail) -> list[str]:
    """What it answers, the nearest first."""
    ids = (*mail.parsed.in_reply_to, *reversed(mail.parsed.references))
    return list(islice(dict.fromkeys(ids), MOST_IDS))


def may_see(person: User | None, ticket: Ticket) -> bool:
    """Whether this person belongs to the ticket now."""
    if person is None:
        return False
    return db.session.scalar(select(Ticket.id).where(Ticket.id == ticket.id, visible_to(person))) is not None


def _tickets_of(ids: Sequence[str]) -> list[int]:
    """The tickets of mails we sent or filed under these Message-IDs, in the order of the ids.

    Anybody can write a Message-ID a second time: what we sent goes first, then what came first.
    """
    if not ids:
        return []
    ours = db.session.execute(
        select(OutboxMessage.message_id, OutboxMessage.ticket_id).where(
            OutboxMessage.message_id.in_(ids), OutboxMessage.ticket_id.is_not(None)
        )
    ).all()
    filed = db.session.execute(
        select(InboundMessage.message_id, InboundMessage.ticket_id)
        .where(
            InboundMessage.message_id.in_(ids),
            InboundMessage.ticket_id.is_not(None),
            InboundMessage.verdict.in_(_FILED),
        )
        .order_by(InboundMessage.id)
        .limit(MOST_IDS)
    ).all()
    known = [*ours, *filed]
    return [found for each in ids for message_id, found in known if message_id == each and found is not None]


def _living(ticket_ids: Iterable[int]) -> Iterable[Ticket]:
    """Those that are there, each as the one it was merged into."""
    for ticket_id in dict.fromkeys(ticket_ids):
        ticket = _survivor(ticket_id)
        if ticket is not None and ticket.deleted_at is None:
            yield ticket


def _survivor(ticket_id: int) -> Ticket | None:
    ticket = db.session.get(Ticket, ticket_id)
    for _ in range(LONGEST_CHAIN):
        if ticket is None or ticket.merged_into_id is None:
            break
        ticket = db.session.get(Ticket, ticket.merged_into_id)
    return ticket


def _leads_to(ticket_id: int, ticket: Ticket) -> bool:
    return ticket_id == ticket.id or _survivor(ticket_id) is ticket


def _numbered(subject: str) -> Ticket | None:
    numbers = [found.upper() for found in _NUMBER.findall(subject)][:5]
    if not numbers:
        return None
    known = select(Ticket).where(Ticket.ticket_number.in_(numbers), Ticket.deleted_at.is_(None))
    return db.session.scalars(known.order_by(Ticket.id).limit(1)).one_or_none()
