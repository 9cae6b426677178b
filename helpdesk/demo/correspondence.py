"""The demo desk's mail: two mailboxes that nobody fetches, and some mails with what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from io import BytesIO
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.demo.people import Person
from helpdesk.demo.settling import Settling
from helpdesk.demo.stories import read
from helpdesk.files import types
from helpdesk.files.models import Blob
from helpdesk.files.store import Store
from helpdesk.mail.models import (
    BlockedSender,
    BlockKind,
    Door,
    InboundMessage,
    Mailbox,
    MailboxState,
    Reason,
    Verdict,
)
from helpdesk.mail.parsing import parse
from helpdesk.tickets.models import Comment, Ticket

SUPPORT, BILLING = "support@velorna.example", "billing@velorna.example"
FILED = 5
LIMIT = 2**20
HOST = "mail.example"


@dataclass(frozen=True, slots=True)
class _Found:
    """A ticket as a mail that opened it would have said it."""

    ticket_id: int
    comment_id: int
    sender_id: int
    name: str
    address: str
    subject: str
    text: str
    at: datetime

    @property
    def facts(self) -> dict[str, Any]:
        """What became of it."""
        ids = {"ticket_id": self.ticket_id, "comment_id": self.comment_id, "sender_id": self.sender_id}
        return {"verdict": Verdict.NEW_TICKET, "reason": None, **ids}


_Mail = tuple[datetime, EmailMessage, Mapping[str, Any]]


class Correspondence:
    """Writes them on a connection of the owner role, once a desk."""

    def __init__(
        self, connection: Connection, settling: Settling, store: Store, *, now: datetime, seed: int
    ) -> None:
        self.connection, self.settling, self.store, self.now, self.seed = (
            connection,
            settling,
            store,
            now,
            seed,
        )

    def write(self, teams: Mapping[str, int], admin: Person) -> None:
        """Nothing where an earlier demo has been, or where a real mailbox has one of the addresses."""
        taken = select(Mailbox.id).where(Mailbox.address_key.in_((SUPPORT, BILLING))).limit(1)
        if self.connection.scalar(taken) is not None:
            return
        support, _billing = self._mailboxes(teams)
        for at, mail, facts in sorted([*self._openings(), *self._letters()], key=lambda each: each[0]):
            self._keep(support, mail, at, facts)
        self._block("deals.example", "Offers nobody asked for", admin)

    def _mailboxes(self, teams: Mapping[str, int]) -> list[int]:
        has_default = self.connection.scalar(select(Mailbox.id).where(Mailbox.is_default)) is not None
        wanted: Sequence[dict[str, Any]] = (
            {
                "name": "Support",
                "address": SUPPORT,
                "is_default": not has_default,
                "has_plus_addresses": True,
            },
            {
                "name": "Billing",
                "address": BILLING,
                "is_active": False,
                "imap_host": f"imap.{HOST}",
                "smtp_host": f"smtp.{HOST}",
                "team_id": next((team for name, team in teams.items() if "illing" in name), None),
            },
        )
        return [self._mailbox(each) for each in wanted]

    def _mailbox(self, values: dict[str, Any]) -> int:
        full = {"address_key": values["address"], "connected_at": self.now, **values, **self._moments()}
        row = insert(Mailbox).values(**full).returning(Mailbox.id)
        full["id"] = self.connection.scalar(row)
        self.connection.execute(insert(MailboxState).values(mailbox_id=full["id"]))
        self.settling.tell_of(Mailbox, full)
        return int(full["id"])

    def _block(self, domain: str, note: str, admin: Person) -> None:
        values: dict[str, Any] = {
            "kind": BlockKind.DOMAIN,
            "value": domain,
            "note": note,
            "created_by_id": admin.id,
        }
        row = insert(BlockedSender).values(**values, **self._moments()).on_conflict_do_nothing()
        values["id"] = self.connection.scalar(row.returning(BlockedSender.id))
        if values["id"] is not None:
            self.settling.tell_of(BlockedSender, values)

    def _letters(self) -> list[_Mail]:
        """Mails that became no ticket."""
        letters: list[_Mail] = []
        for number, letter in enumerate(read("letters")["letters"]):
            at = self.now - timedelta(hours=7 * number + 2)
            facts = {"verdict": Verdict(letter["verdict"]), "reason": Reason(letter["reason"])}
            letters.append((at, _letter(letter, at, f"{self.seed}-{number}"), facts))
        return letters

    def _openings(self) -> list[_Mail]:
        """The mails of the latest tickets that came as one."""
        rows = (
            select(
                Ticket.id,
                Comment.id.label("comment_id"),
                Comment.author_id,
                User.full_name,
                EmailAddress.email,
                Ticket.title,
                Comment.content,
                Comment.created_at,
            )
            .join(Comment, (Comment.ticket_id == Ticket.id) & Comment.is_opening)
            .join(User, User.id == Comment.author_id)
            .join(EmailAddress, (EmailAddress.user_id == User.id) & EmailAddress.is_primary)
            .where(Ticket.via == "mail", Ticket.deleted_at.is_(None), ~User.is_staff)
            .order_by(Ticket.id.desc())
            .limit(FILED)
        )
        found = [_Found(*row) for row in self.connection.execute(rows)]
        return [(each.at, _opening(each), each.facts) for each in found]

    def _keep(self, mailbox_id: int, mail: EmailMessage, at: datetime, facts: Mapping[str, Any]) -> None:
        raw = mail.as_bytes()
        parsed = parse(raw)
        values = {
            "mailbox_id": mailbox_id,
            "door": Door.PIPE,
            "sha256": self._store(raw),
            "size": len(raw),
            "arrived_at": at,
            "created_at": at,
            "decided_at": at + timedelta(seconds=2),
            "attempts": 1,
            "sender": parsed.from_address,
            "sender_name": parsed.from_name,
            "subject": parsed.subject,
            "message_id": parsed.message_id,
            "sent_at": parsed.date,
            "parsed": parsed.as_json(),
            **facts,
        }
        self.connection.execute(insert(InboundMessage).values(**values).on_conflict_do_nothing())

    def _store(self, raw: bytes) -> str:
        """The row before the bytes, the bytes before the commit: as helpdesk.files.operations does it."""
        with self.store.received(BytesIO(raw), limit=LIMIT) as draft:
            with draft.open() as stream:
                kind = types.content_type(stream)
            moments = {"created_at": self.now, "last_used_at": self.now}
            row = insert(Blob).values(sha256=draft.sha256, size=draft.size, content_type=kind, **moments)
            self.connection.execute(
                row.on_conflict_do_update(index_elements=[Blob.sha256], set_={"last_used_at": func.now()})
            )
            return self.store.keep(draft).sha256

    def _moments(self) -> dict[str, datetime]:
        return {"created_at": self.now, "updated_at": self.now}


def _opening(found: _Found) -> EmailMessage:
    return _mail(
        formataddr((found.name, found.address)),
        found.subject,
        found.text,
        found.at,
        f"opening-{found.ticket_id}",
    )


def _letter(letter: Mapping[str, Any], at: datetime, key: str) -> EmailMessage:
    mail = _mail(letter["from"], letter["subject"], letter["text"], at, key)
    for name, value in letter.get("headers", {}).items():
        mail[name] = value
    return mail


def _mail(sender: str, subject: str, text: str, at: datetime, key: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, SUPPORT, subject
    mail["Date"], mail["Message-ID"] = format_datetime(at), f"<{key}@{HOST}>"
    mail.set_content(text)
    return mail
