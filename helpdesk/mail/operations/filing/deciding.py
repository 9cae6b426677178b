"""The order in which a mail is looked at, and what becomes of it. Nothing written in a mail grants a right."""

from datetime import timedelta

from sqlalchemy import exists, select

from helpdesk.accounts.models import User
from helpdesk.core import clock, current
from helpdesk.core.db import db
from helpdesk.mail.models import InboundMessage, Reason, Verdict
from helpdesk.mail.operations.filing import placing, unwanted
from helpdesk.mail.operations.filing.authentication import Proof
from helpdesk.mail.operations.filing.conversations import Conversation, conversation_of, may_see
from helpdesk.mail.operations.filing.mails import Mail, key_of
from helpdesk.mail.operations.filing.reports import as_report
from helpdesk.mail.operations.filing.verdicts import Decision, TooEarly
from helpdesk.mail.own_addresses import is_own
from helpdesk.tickets.models import Comment, Ticket
from helpdesk.tickets.policy import can_note, can_reply

PATIENCE = timedelta(seconds=30)
"""So long a mail that answers one we do not know waits for those that arrived before it."""
ANSWERS_OF_MACHINES = frozenset({"auto-reply", "receipt", "bounce"})
"""They answer something: where that is nothing of ours, nobody has to read them."""


def decide(mail: Mail) -> Decision:
    """Everything about one mail, in this order. Raises TooEarly."""
    early = as_report(mail) or unwanted.as_our_own(mail) or _without_sender(mail)
    early = early or unwanted.as_duplicate(mail) or unwanted.as_blocked(mail)
    if early is not None:
        return early
    if mail.person is not None and not mail.person.is_active and not mail.is_released:
        return Decision(Verdict.QUARANTINED, Reason.NO_LONGER_ALLOWED, person=mail.person)
    conversation = conversation_of(mail)
    if conversation.is_forged and not mail.is_released:
        return Decision(Verdict.QUARANTINED, Reason.FORGED_TOKEN, ticket=None)
    if conversation.ticket is None:
        _refuse_too_early(mail)
        return _new(mail, conversation)
    if mail.person is not None and mail.person.is_staff:
        return _from_staff(mail, mail.person, conversation, conversation.ticket)
    return _from_customer(mail, conversation.ticket)


def _without_sender(mail: Mail) -> Decision | None:
    return None if mail.sender else Decision(Verdict.FAILED, Reason.NO_SENDER)


def _new(mail: Mail, conversation: Conversation) -> Decision:
    """A ticket of its own. One that merely names another in its subject is linked to it, for agents."""
    if mail.automatic in ANSWERS_OF_MACHINES and not mail.is_released:
        return Decision(Verdict.IGNORED, Reason.AUTOMATIC)
    unwelcome = unwanted.as_spam(mail) or unwanted.as_loop(mail)
    if unwelcome is not None:
        return unwelcome
    sender = _writer(mail)
    if sender is None:
        return Decision(Verdict.SUSPENDED, Reason.OWN_MAIL, detail="It names nobody to answer.")
    comment = placing.open_for(mail, requester=_requester(mail, sender), by=sender)
    if conversation.named is not None:
        placing.relate(_ticket_of(comment), conversation.named)
        return _filed(comment, sender, Verdict.NEW_TICKET, Reason.NUMBER_IN_SUBJECT)
    return _filed(comment, sender, Verdict.NEW_TICKET, _remark(mail))


def _from_customer(mail: Mail, ticket: Ticket) -> Decision:
    belongs = may_see(mail.person, ticket)
    if mail.automatic in ANSWERS_OF_MACHINES and not belongs:
        return Decision(Verdict.IGNORED, Reason.AUTOMATIC, ticket=ticket)
    loop = unwanted.as_loop(mail)
    if loop is not None:
        return loop
    if belongs and mail.automatic is not None:
        return _from_machine(mail, ticket)
    if belongs and (mail.proof is not Proof.FAILED or mail.is_released):
        return _answer(mail, ticket)
    return _from_stranger(mail, ticket, Reason.NOT_VERIFIED if belongs else Reason.NOT_A_PARTICIPANT)


def _answer(mail: Mail, ticket: Ticket) -> Decision:
    sender = placing.sender_as_person(mail)
    if not can_reply(sender, ticket):
        return Decision(Verdict.QUARANTINED, Reason.NO_LONGER_ALLOWED, person=sender)
    current.change(user_id=sender.id)
    comment = placing.reply_to(ticket, mail, by=sender)
    if comment.ticket_id != ticket.id:
        return _filed(comment, sender, Verdict.NEW_TICKET, Reason.TOO_LATE)
    return _filed(comment, sender, Verdict.REPLY)


def _from_machine(mail: Mail, ticket: Ticket) -> Decision:
    """Of somebody who belongs to the ticket: it is kept there and changes nothing. A list carries people's words."""
    sender = placing.sender_as_person(mail)
    if mail.automatic != "list" or mail.proof is Proof.FAILED:
        comment = placing.set_aside_at(ticket, mail, by=sender)
        return _filed(comment, sender, Verdict.REPLY, Reason.AUTOMATIC)
    if ticket.is_open:
        return _answer(mail, ticket)
    comment = placing.follow_up_quietly(ticket, mail, by=sender)
    return _filed(comment, sender, Verdict.NEW_TICKET, Reason.AUTOMATIC)


def _from_stranger(mail: Mail, ticket: Ticket, reason: Reason) -> Decision:
    """Kept at the ticket for staff alone; at a settled one nobody would look, so it becomes a ticket of its own."""
    unwelcome = unwanted.as_spam(mail)
    if unwelcome is not None:
        return unwelcome
    sender = placing.sender_as_person(mail)
    if ticket.is_open:
        return _filed(placing.hold_at(ticket, mail, by=sender), sender, Verdict.REPLY, reason)
    comment = placing.open_for(mail, requester=sender, by=sender)
    placing.relate(_ticket_of(comment), ticket)
    return _filed(comment, sender, Verdict.NEW_TICKET, reason)


def _from_staff(mail: Mail, person: User, conversation: Conversation, ticket: Ticket) -> Decision:
    """Answers of staff reach customers: only with a token of their own, and only while they may still answer."""
    if mail.automatic is not None:
        return Decision(Verdict.IGNORED, Reason.AUTOMATIC, ticket=ticket, person=person)
    is_allowed = may_see(person, ticket) and can_reply(person, ticket)
    if mail.is_released:
        return _noted(mail, person, ticket, is_allowed=is_allowed and can_note(person, ticket))
    if not conversation.has_token_of(person.id):
        reason = Reason.FOREIGN_TOKEN if conversation.has_token_of_somebody else Reason.NO_TOKEN
    elif not is_allowed:
        reason = Reason.NO_LONGER_ALLOWED
    elif mail.proof is Proof.FAILED:
        reason = Reason.NOT_VERIFIED
    else:
        return unwanted.as_loop(mail) or _answer(mail, ticket)
    return Decision(Verdict.QUARANTINED, reason, person=person, detail=ticket.ticket_number)


def _noted(mail: Mail, person: User, ticket: Ticket, *, is_allowed: bool) -> Decision:
    """Somebody vouches for it: colleagues read it, customers do not."""
    if not is_allowed:
        return _new(mail, Conversation(named=ticket))
    return _filed(placing.note_at(ticket, mail, by=person), person, Verdict.REPLY)


def _writer(mail: Mail) -> User | None:
    """The sender; of a mail from our own address that somebody lets in, whom it asks to answer."""
    if not is_own(mail.sender, mail.own):
        return placing.sender_as_person(mail)
    others = [
        box for box in mail.parsed.reply_to if key_of(box.address) and not is_own(box.address, mail.own)
    ]
    return placing.person_behind(others[0]) if others else None


def _requester(mail: Mail, sender: User) -> User:
    """Whose ticket it is: the sender's, or the one's whose mail a colleague forwards."""
    original = mail.parsed.forwarded_from
    if not sender.is_staff or original is None or mail.proof is Proof.FAILED:
        return sender
    if not key_of(original.address) or is_own(original.address, mail.own):
        return sender
    person = placing.person_behind(original)
    return person if person.is_active and not person.is_staff and person.anonymised_at is None else sender


def _remark(mail: Mail) -> Reason | None:
    if mail.proof is Proof.FAILED:
        return Reason.NOT_VERIFIED
    return Reason.AUTOMATIC if mail.automatic is not None else None


def _filed(comment: Comment, person: User, verdict: Verdict, reason: Reason | None = None) -> Decision:
    return Decision(verdict, reason, ticket=_ticket_of(comment), comment=comment, person=person)


def _ticket_of(comment: Comment) -> Ticket:
    return db.session.get_one(Ticket, comment.ticket_id)


def _refuse_too_early(mail: Mail) -> None:
    """Where mails are filed side by side, the one this answers may be on its way."""
    if not (mail.parsed.in_reply_to or mail.parsed.references):
        return
    if mail.row.created_at < clock.now() - PATIENCE:
        return
    older = exists().where(
        InboundMessage.verdict == Verdict.WAITING,
        InboundMessage.id < mail.row.id,
        InboundMessage.attempts <= 1,
    )
    if db.session.scalar(select(older)):
        raise TooEarly
