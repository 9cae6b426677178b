"""Whom an answer is sent to: from what was typed to rows, and what being named in it gives."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, Select, delete, func, or_, select, update

from helpdesk.accounts.addresses import NotAnAddress, clean_email, email_key
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.accounts.operations.finding import known_person, person_with_address
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.lines import one_line
from helpdesk.tickets.models import Comment, CommentRecipient, RecipientKind, Ticket
from helpdesk.tickets.operations.participating import MOST_PARTICIPANTS
from helpdesk.tickets.operations.watching import add_participant
from helpdesk.tickets.recipients import Recipient, Recipients, can_get_mail

MOST_RECIPIENTS = 50


class BadRecipient(Unwelcome):
    """An address an answer cannot go to."""

    status = 422


def recipients_named(
    ticket: Ticket,
    *,
    to: Sequence[str] = (),
    cc: Sequence[str] = (),
    bcc: Sequence[str] = (),
    is_own: Callable[[str], bool] = lambda _address: False,
) -> Recipients:
    """Recipients from addresses as somebody wrote them, with or without names; each once, where it stands first.

    `is_own` tells the desk's own addresses. Raises BadRecipient, which names the address.
    """
    seen: set[str] = set()
    taking_part = {row.email_key: row for row in _taking_part(ticket)}
    kinds: dict[str, list[Recipient]] = {}
    for kind, texts in (("to", to), ("cc", cc), ("bcc", bcc)):
        kinds[kind] = []
        for text in texts:
            recipient = _recipient(text, is_own)
            if recipient.email_key in seen:
                continue
            seen.add(recipient.email_key)
            person = taking_part.get(recipient.email_key)
            if person:
                recipient = Recipient(person.email, person.email_key, person.name, person.user_id)
            elif kind != "bcc":
                _refuse_who_does_not_read_along(recipient)
            kinds[kind].append(recipient)
    chosen = Recipients(**kinds)
    _refuse_crowds(chosen, taking_part=len(taking_part))
    return chosen


def name_and_address(text: str) -> tuple[str, str]:
    """The two parts of “Name <address>”; a text without brackets is an address. Nothing is checked."""
    text = text.strip()
    if not text.endswith(">"):
        return "", text
    name, _, address = text[:-1].rpartition("<")
    return one_line(name.replace('"', " ")), address.strip()


def _taking_part(ticket: Ticket) -> Sequence[Row[Any]]:
    return db.session.execute(can_get_mail().join(Ticket, Ticket.id == ticket.id)).all()


def _recipient(text: str, is_own: Callable[[str], bool]) -> Recipient:
    name, address = name_and_address(text)
    try:
        email, key = clean_email(address), email_key(address)
    except NotAnAddress as refusal:
        raise BadRecipient(f"“{one_line(text)[:100]}” is not an e-mail address.") from refusal
    if is_own(email):
        raise BadRecipient(f"{email} is this desk's own address: the answer would come back here.")
    return Recipient(email, key, name[:LONGEST_NAME])


def _refuse_who_does_not_read_along(recipient: Recipient) -> None:
    """Whoever stands in To or Cc takes part from then on: customers can, who works here watches, who left does not."""
    person = known_person(recipient.email)
    if person is not None and person.is_staff:
        raise BadRecipient(
            f"{recipient.email} belongs to somebody who works here. Let them watch, or use Bcc."
        )
    if person is not None and not person.is_active:
        raise BadRecipient(f"{recipient.email} cannot be written to from here. Leave the address out.")


def _refuse_crowds(chosen: Recipients, *, taking_part: int) -> None:
    everybody = list(chosen)
    new = sum(each.user_id is None and kind is not RecipientKind.BCC for kind, each in everybody)
    if len(everybody) > MOST_RECIPIENTS:
        raise BadRecipient(f"An answer goes to {MOST_RECIPIENTS} addresses at most.")
    if new and new + taking_part > MOST_PARTICIPANTS + 1:
        raise BadRecipient(f"No more than {MOST_PARTICIPANTS} people can take part beside the requester.")


def record(comment: Comment, recipients: Recipients) -> None:
    """Keep to whom the comment goes. Nothing is given by that before it is published."""
    for kind, each in recipients:
        db.session.add(
            CommentRecipient(
                comment_id=comment.id,
                kind=kind,
                email=each.email,
                email_key=each.email_key,
                name=each.name,
                user_id=each.user_id,
            )
        )
    db.session.flush()


def let_in(ticket: Ticket, comment: Comment, *, by: User) -> None:
    """The comment is being published: who stands in To or Cc takes part now, who took part and left gets nothing.

    Whoever is in Bcc becomes known, and gets no right.
    """
    rows = db.session.scalars(recipients_of(comment)).all()
    taking_part = {row.user_id for row in _taking_part(ticket)}
    for row in rows:
        if row.kind is RecipientKind.BCC:
            row.user_id = person_with_address(row.email, name=row.name).id
        elif row.user_id is None:
            person = person_with_address(row.email, name=row.name)
            row.user_id = person.id
            if person.is_active and not person.is_staff:
                add_participant(ticket, person=person, by=by)
        elif row.user_id not in taking_part:
            db.session.delete(row)
    db.session.flush()


def recipients_of(comment: Comment) -> Select[CommentRecipient]:
    """The rows of one message, in the order in which they were written."""
    mine = CommentRecipient.comment_id == comment.id
    return select(CommentRecipient).where(mine).order_by(CommentRecipient.id)


def forget_recipients(comment: Comment) -> None:
    """It is not sent after all."""
    db.session.execute(delete(CommentRecipient).where(CommentRecipient.comment_id == comment.id))


def readdress(person: User, *, to: User) -> None:
    """They turned out to be one: what went to one of them went to the other."""
    db.session.execute(
        update(CommentRecipient).where(CommentRecipient.user_id == person.id).values(user_id=to.id)
    )


def forget_addresses(person: User) -> None:
    """They are erased: that a message went to them stays, not under which address and name."""
    addresses = select(EmailAddress.email_key).where(EmailAddress.user_id == person.id)
    db.session.execute(
        update(CommentRecipient)
        .where(or_(CommentRecipient.user_id == person.id, CommentRecipient.email_key.in_(addresses)))
        .values(email="", email_key=func.concat("erased-", CommentRecipient.id), name="")
    )
