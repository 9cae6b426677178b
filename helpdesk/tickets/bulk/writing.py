"""The same words for many tickets: an answer that is mailed to each customer, or a note for colleagues."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Refused, Unwelcome
from helpdesk.settings.catalogue import load_desk
from helpdesk.tickets.bulk.deeds import Doing, Kind, Reversal, UnknownDeed, register
from helpdesk.tickets.bulk.unsending import take_back_unsent, tickets_unsent
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.operations import bulk
from helpdesk.tickets.operations.bulk import BulkResult, Outlook
from helpdesk.tickets.operations.holding import Hold
from helpdesk.tickets.operations.replying import note, reply
from helpdesk.tickets.operations.writing import NothingWritten, Writing
from helpdesk.tickets.policy import can_answer_any, can_note, can_reply

REPLY, NOTE = "reply", "note"
WRITTEN = (REPLY, NOTE)
MOST_IN_ONE = 50
"""Tickets of one piece: writing on one costs as much as changing hundreds, and holds it as long."""
NOT_HERE = "You may not write on this ticket."


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written on each of the tickets, and where an answer leaves them: None is where answers usually do."""

    text: str
    signature: str = ""
    status: TicketStatus | None = None

    @property
    def writing(self) -> Writing:
        return Writing(self.text, signature=self.signature)

    @property
    def html(self) -> str:
        """As it will stand on a ticket, harmless. Raises NothingWritten."""
        text, html = self.writing.cleaned({})
        if not text:
            raise NothingWritten("Write something first.")
        return html

    @property
    def kept(self) -> str:
        """As the value of a bulk edit."""
        return json.dumps({"text": self.text, "signature": self.signature, "status": self.status or ""})


def letter_kept(value: str) -> Letter:
    """What the value of a bulk edit says; without words once they were forgotten. Raises UnknownDeed."""
    try:
        kept = json.loads(value)
        status = TicketStatus(kept["status"]) if kept["status"] else None
        return Letter(str(kept.get("text", "")), str(kept.get("signature", "")), status)
    except (ValueError, TypeError, KeyError) as error:
        raise UnknownDeed from error


def undo_span() -> timedelta:
    """How long each answer waits before it leaves."""
    return timedelta(seconds=load_desk().undo_send_seconds)


def _reply(value: str) -> Doing:
    letter = _worded(value)

    def perform(tickets: Select[Ticket], *, by: User, is_quiet: bool) -> BulkResult:
        span = undo_span()

        def answer(ticket: Ticket) -> None:
            if not can_reply(by, ticket):
                raise Refused(NOT_HERE)
            hold = Hold(clock.now() + span) if span else None
            reply(ticket, by=by, content=letter.writing, status=letter.status, hold=hold)

        return _on_each(tickets, answer)

    return Doing(perform, lambda tickets: _foresee(tickets, letter))


def _note(value: str) -> Doing:
    letter = _worded(value)

    def perform(tickets: Select[Ticket], *, by: User, is_quiet: bool) -> BulkResult:
        def write(ticket: Ticket) -> None:
            if not can_note(by, ticket):
                raise Refused(NOT_HERE)
            note(ticket, by=by, content=letter.writing)

        return _on_each(tickets, write)

    return Doing(perform, lambda tickets: _foresee(tickets, letter))


def _worded(value: str) -> Letter:
    letter = letter_kept(value)
    assert letter.html  # raises where nothing, or too much, was written: once, not on every ticket
    return letter


def _on_each(tickets: Select[Ticket], write: Callable[[Ticket], None]) -> BulkResult:
    """As on a single one, in the order in which others lock them; what refuses is left without a trace."""
    result = BulkResult([])
    for ticket in db.session.scalars(tickets.order_by(None).order_by(Ticket.id)).all():
        ticket_id, number = ticket.id, ticket.ticket_number
        try:
            with db.session.begin_nested():
                write(ticket)
        except Unwelcome as refusal:
            result.refused[number] = refusal.sentence
        else:
            result.changed.append(ticket_id)
    return result


def _foresee(tickets: Select[Ticket], letter: Letter) -> Outlook:
    """All of them, but for those that cannot go where the answer is to leave them."""
    refused = bulk.foresee(tickets, bulk.moving(letter.status)).refused if letter.status else {}
    numbered = tickets.order_by(None).with_only_columns(Ticket.id, Ticket.ticket_number).order_by(Ticket.id)
    found = db.session.execute(numbered)
    return Outlook([row.id for row in found if row.ticket_number not in refused], refused)


_unsend = Reversal(tickets_unsent, take_back_unsent, undo_span)
register(Kind(REPLY, can_answer_any, _reply, reversal=_unsend, most_in_one=MOST_IN_ONE))
register(Kind(NOTE, can_answer_any, _note, is_undoable=False, most_in_one=MOST_IN_ONE))  # notes stay
