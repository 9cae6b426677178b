"""Tickets that mails have written to, put together by hand: for tests of the pages that show them."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail.models import Door, InboundMessage, Mailbox, Verdict
from helpdesk.mail.operations.filing import file_message
from helpdesk.mail.operations.receiving import receive
from helpdesk.tickets.models import Comment, CommentRecipient, HeldComment, RecipientKind, Ticket
from helpdesk.tickets.operations import Upload
from helpdesk.tickets.operations.arriving import Mailed, hold
from helpdesk.tickets.operations.attaching import write
from tests.support.real_desk import RealDesk

SUPPORT = "support@desk.example"


def mailbox() -> Mailbox:
    """The one mailbox of the desk; nothing is fetched to it or sent from it."""
    known = db.session.scalars(select(Mailbox).where(Mailbox.address_key == SUPPORT)).one_or_none()
    if known is None:
        known = Mailbox(name="Support", address=SUPPORT, address_key=SUPPORT, is_default=True)
        db.session.add(known)
        db.session.flush()
    return known


def letter(
    *,
    sender: str = "Carl Customer <carl@customer.example>",
    to: str = SUPPORT,
    subject: str = "Re: The printer is on fire",
    text: str = "It still burns.",
    html: str = "",
    **headers: str,
) -> bytes:
    """A mail as it comes over the wire, with an HTML face where there is any."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(clock.now())
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def arrive(
    ticket: Ticket,
    raw: bytes,
    *,
    by: User,
    sender: str = "carl@customer.example",
    text: str = "It still burns.",
    html: str = "",
    quoted: str = "",
    uploads: Sequence[Upload] = (),
    cc: Sequence[str] = (),
    is_strangers: bool = False,
    **more: Any,
) -> Comment:
    """A mail has come and is a message of this ticket; `more` are columns of its InboundMessage."""
    content = Mailed(text=text, html=html, quoted_html=quoted)
    comment = (
        held_comment(hold(ticket, by=by, content=content, uploads=uploads))
        if is_strangers
        else write(ticket, by=by, content=content, uploads=uploads)
    )
    for kind, address in [(RecipientKind.TO, SUPPORT), *((RecipientKind.CC, each) for each in cc)]:
        db.session.add(
            CommentRecipient(comment_id=comment.id, kind=kind, email=address, email_key=address.casefold())
        )
    inbound = receive(raw, mailbox=mailbox(), door=Door.PIPE)
    columns = {
        "verdict": Verdict.REPLY,
        "sender": email_key(sender),
        "sender_name": by.full_name,
        "subject": "Re: The printer is on fire",
        "sent_at": clock.now(),
        "ticket_id": ticket.id,
        "comment_id": comment.id,
        "sender_id": by.id,
        "parsed": {"automatic": None},
        **more,
    }
    for name, value in columns.items():
        setattr(inbound, name, value)
    db.session.flush()
    return comment


def held_comment(held: HeldComment) -> Comment:
    return db.session.get_one(Comment, held.comment_id)


def inbound_of(comment: Comment) -> InboundMessage:
    """The mail a message came in as."""
    return db.session.scalars(select(InboundMessage).where(InboundMessage.comment_id == comment.id)).one()


def filed(desk: RealDesk, raw: bytes) -> InboundMessage:
    """A mail as it goes its whole way on a desk of real commits: received, read, filed. What became of it."""
    with desk.doing("ada"):
        inbound_id = receive(raw, mailbox=mailbox(), door=Door.PIPE).id
    with desk.doing("ada"):
        file_message(db.session.get_one(InboundMessage, inbound_id))
    with desk.doing("ada"):
        found = select(InboundMessage).where(InboundMessage.id == inbound_id)
        return db.session.scalars(found.options(joinedload(InboundMessage.ticket))).one()
