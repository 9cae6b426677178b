"""Asking others to take part in a conversation, by their address: customers beside the requester."""

from helpdesk.accounts.models import User
from helpdesk.accounts.operations.finding import known_person, person_with_address
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.events import publish
from helpdesk.identity.limits import claim_named_address
from helpdesk.tickets.events import ParticipantInvited
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.locking import lock
from helpdesk.tickets.operations.watching import add_participant

MOST_PARTICIPANTS = 20


class NotInvited(Unwelcome):
    """An address nobody can be asked at."""

    status = 422


def invite(ticket: Ticket, *, email: str, by: User) -> None:
    """Let whoever has this address take part, and tell them; a new customer where nobody has it.

    Who takes part already is not told again. Raises NotAnAddress, NotInvited, and TooMany for customers who name
    many addresses.
    """
    if not by.is_staff:
        claim_named_address(by)
    _refuse_who_does_not_take_part(email)
    person = person_with_address(email)
    ticket = lock(ticket)
    db.session.refresh(ticket, ["participants"])
    if person.id == ticket.requester_id or person in ticket.participants:
        return
    if len(ticket.participants) >= MOST_PARTICIPANTS:
        raise NotInvited(f"No more than {MOST_PARTICIPANTS} people can take part in one request.")
    add_participant(ticket, person=person, by=by)
    publish(ParticipantInvited(ticket, person=person, by=by))


def _refuse_who_does_not_take_part(email: str) -> None:
    """One sentence for staff, for who left and for who was erased: it tells nobody which of them this is."""
    person = known_person(email)
    if person is None:
        return
    if person.is_staff or not person.is_active or person.anonymised_at is not None:
        raise NotInvited(f"{email.strip()} cannot be added here. Leave the address out, or use another one.")
