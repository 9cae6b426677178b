"""Who gets an answer: suggested from the message it answers, never from notes, Bcc or people who left."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, any_, func, select
from sqlalchemy.orm import aliased

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.json_columns import json_object, or_empty
from helpdesk.tickets.models import Comment, CommentRecipient, RecipientKind, Ticket, ticket_participants


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address of an answer. `user_id` is whose it is, where that person takes part in the ticket already."""

    email: str
    email_key: str
    name: str = ""
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Recipients:
    """Everybody who gets one answer: To and Cc read of each other, of Bcc nobody reads."""

    to: Sequence[Recipient] = ()
    cc: Sequence[Recipient] = ()
    bcc: Sequence[Recipient] = ()

    def __iter__(self) -> Iterator[tuple[RecipientKind, Recipient]]:
        for kind in RecipientKind:
            for each in getattr(self, kind.value):
                yield kind, each

    def __bool__(self) -> bool:
        return bool(self.to or self.cc or self.bcc)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who would get the next answer; people who might be meant too, but have to be chosen; who got the last one."""

    to: Sequence[Recipient] = ()
    cc: Sequence[Recipient] = ()
    proposed: Sequence[Recipient] = ()
    last: Sequence[Recipient] | None = None
    """To and Cc of staff's answer before; None: there is none that knows its recipients."""

    @property
    def recipients(self) -> Recipients:
        """As it is taken where nobody chooses."""
        return Recipients(self.to, self.cc)


@dataclass(frozen=True, slots=True)
class _Letter:
    """A public message of the conversation and whom it named."""

    id: int
    author_id: int
    is_answer: bool
    """Staff wrote it to the customers' side."""
    is_mail: bool
    """A mail of the customers' side: whom it does not name it was not written to."""
    named: Sequence[Mapping[str, Any]]


def derived(
    ticket: Ticket,
    answering: Comment | None = None,
    *,
    by: User | None = None,
    is_own: Callable[[str], bool] = lambda _address: False,
) -> Proposal:
    """Recipients from the message being answered, the last public one unless another is given. One statement.

    A mail is answered to its author and those who take part among the people it named; a message that named nobody
    (the portal's), to its author and all who take part; an answer of staff goes on to those who got it. Others are
    only proposed: who takes part and was left out, and strangers whom the customer's mail named, but for those we
    wrote to before and who do not take part any more. `by` gets no copy of the own words; `is_own` tells the desk's
    own addresses.
    """
    found = db.session.execute(
        select(people_to_answer(), letters_to_answer()).select_from(Ticket).where(Ticket.id == ticket.id)
    )
    people, letters = found.one()
    return proposal_from(people, letters, answering=answering, by=by, is_own=is_own)


def proposal_from(
    people: Sequence[Mapping[str, Any]],
    letters: Sequence[Mapping[str, Any]],
    *,
    answering: Comment | None = None,
    by: User | None = None,
    is_own: Callable[[str], bool] = lambda _address: False,
) -> Proposal:
    """The same for who asked for `people_to_answer` and `letters_to_answer` among other columns of the ticket."""
    taking_part = [Recipient(**each) for each in people if by is None or each["user_id"] != by.id]
    conversation = [_letter(each) for each in letters]
    answered = next((each for each in conversation if answering and each.id == answering.id), None)
    answered = answered or (conversation[-1] if conversation else None)
    to, cc = _suggested(answered, taking_part)
    left_out = [each for each in taking_part if each not in (*to, *cc)]
    return Proposal(
        to,
        cc,
        [*left_out, *_strangers(answered, conversation, taking_part, is_own)],
        _last_time(conversation),
    )


def _suggested(
    answered: _Letter | None, taking_part: Sequence[Recipient]
) -> tuple[list[Recipient], list[Recipient]]:
    kinds = {each: _kind_of(each, answered) for each in taking_part}
    if answered is None or not (answered.named or answered.is_mail):
        chosen = list(taking_part)
    elif answered.is_answer:
        chosen = [each for each in taking_part if kinds[each] in (RecipientKind.TO, RecipientKind.CC)]
    else:
        chosen = [each for each in taking_part if kinds[each] or each.user_id == answered.author_id]
    first = [each for each in chosen if answered and each.user_id == answered.author_id]
    if answered and answered.is_answer:
        first = [each for each in chosen if kinds[each] is RecipientKind.TO]
    to = first or chosen[:1] or list(taking_part[:1])
    return to, [each for each in chosen if each not in to]


def _kind_of(person: Recipient, letter: _Letter | None) -> RecipientKind | None:
    """How a message named somebody, by whichever of their addresses."""
    same = (
        RecipientKind(row["kind"])
        for row in (letter.named if letter else ())
        if row["email_key"] == person.email_key or row["owner_id"] == person.user_id
    )
    return next(same, None)


def _strangers(
    answered: _Letter | None,
    letters: Sequence[_Letter],
    taking_part: Sequence[Recipient],
    is_own: Callable[[str], bool],
) -> list[Recipient]:
    """Whom the customer's mail named beside those who take part: staff and the desk's own addresses never."""
    if answered is None or answered.is_answer:
        return []
    people = {each.user_id for each in taking_part}
    known = {each.email_key for each in taking_part}
    known |= {row["email_key"] for each in letters if each.is_answer for row in each.named}
    return [
        Recipient(row["email"], row["email_key"], row["name"])
        for row in answered.named
        if row["email_key"] not in known
        and row["owner_id"] not in people
        and not row["is_staff"]
        and not is_own(row["email"])
        and row["kind"] != RecipientKind.BCC
    ]


def _last_time(letters: Sequence[_Letter]) -> list[Recipient] | None:
    known = [each for each in letters if each.is_answer and each.named]
    if not known:
        return None
    return [
        Recipient(row["email"], row["email_key"], row["name"], row["user_id"])
        for row in known[-1].named
        if row["kind"] != RecipientKind.BCC
    ]


def _letter(row: Mapping[str, Any]) -> _Letter:
    is_by_staff = row["is_by_staff"]
    return _Letter(
        id=row["id"],
        author_id=row["author_id"],
        is_answer=is_by_staff and not row["is_opening"],
        is_mail=row["via"] == Via.MAIL and not is_by_staff,
        named=row["named"],
    )


def can_get_mail() -> Select[*tuple[Any, ...]]:
    """Id, name and primary address of whoever can be written to on the customers' side of the ticket of the row."""
    participating = select(ticket_participants.c.user_id).where(ticket_participants.c.ticket_id == Ticket.id)
    # one array, not an "or": PostgreSQL would look at everybody there is
    them = func.array_append(
        func.array(participating.correlate(Ticket).scalar_subquery()), Ticket.requester_id
    )
    return (
        select(
            User.id.label("user_id"), User.full_name.label("name"), EmailAddress.email, EmailAddress.email_key
        )
        .join(EmailAddress, (EmailAddress.user_id == User.id) & EmailAddress.is_primary)
        .where(
            User.id == any_(them),
            User.is_active,
            User.anonymised_at.is_(None),
            ~User.is_system,
        )
        .correlate(Ticket)
    )


@cache
def people_to_answer() -> ColumnElement[Any]:
    """The same as one JSON column, the requester first."""
    people = can_get_mail()
    person = _object(people.selected_columns)
    in_order = func.jsonb_agg(person).aggregate_order_by(User.id != Ticket.requester_id, User.id)
    return _listed(people.with_only_columns(in_order))


@cache
def letters_to_answer() -> ColumnElement[Any]:
    """The public conversation of the ticket of the row, oldest first, with whom each message named: one JSON column."""
    author = aliased(User)
    letter = _object(
        (
            Comment.id,
            Comment.author_id,
            Comment.is_opening,
            Comment.via,
            author.is_staff.label("is_by_staff"),
            _named().label("named"),
        )
    )
    return _listed(
        select(func.jsonb_agg(letter).aggregate_order_by(Comment.created_at, Comment.id))
        .join(author, author.id == Comment.author_id)
        .where(Comment.ticket_id == Ticket.id, ~Comment.is_internal, Comment.published_at.is_not(None))
        .correlate(Ticket)
    )


def _named() -> ColumnElement[Any]:
    """Whom a message named, and whose these addresses are now."""
    owner = aliased(User)
    row = _object(
        (
            CommentRecipient.kind,
            CommentRecipient.email,
            CommentRecipient.email_key,
            CommentRecipient.name,
            CommentRecipient.user_id,
            owner.id.label("owner_id"),
            owner.is_staff,
        )
    )
    return _listed(
        select(func.jsonb_agg(row).aggregate_order_by(CommentRecipient.id))
        .select_from(CommentRecipient)
        .outerjoin(EmailAddress, EmailAddress.email_key == CommentRecipient.email_key)
        .outerjoin(owner, owner.id == EmailAddress.user_id)
        .where(CommentRecipient.comment_id == Comment.id)
        .correlate(Comment)
    )


def _object(columns: Iterable[Any]) -> ColumnElement[Any]:
    return json_object(**{each.key: each for each in columns})


def _listed(aggregate: Select[Any]) -> ColumnElement[Any]:
    return or_empty(aggregate.scalar_subquery())
