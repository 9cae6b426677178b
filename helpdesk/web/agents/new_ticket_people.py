"""From what an agent typed to the people of a new ticket: whose it is, and who reads along."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from flask import g
from sqlalchemy import Row

from helpdesk.accounts.models import User
from helpdesk.accounts.operations.finding import known_person, person_with_address
from helpdesk.accounts.operations.registering import add_address
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.people import people_for
from helpdesk.web.agents.new_ticket_form import AtField, NewTicketForm
from helpdesk.web.agents.people_list import matches

MOST_CC = 20


class WhoIsIt(Unwelcome):
    """The words name nobody, or somebody who has to be chosen."""

    status = 422


class NotAParticipant(Unwelcome):
    """Somebody who does not take part in a ticket."""

    status = 422


def chosen_person(form: NewTicketForm) -> User | None:
    """Who was chosen from a list; None where nobody was, or nobody this agent may know of."""
    person_id = form.chosen_id
    if person_id is None or not 0 < person_id < 2**63:
        return None
    return db.session.scalars(people_for(g.agent).where(User.id == person_id)).one_or_none()


def candidates(form: NewTicketForm) -> Sequence[Row[Any]]:
    """Whom the words may mean, where they are no address and nobody was chosen."""
    words = form.requester.data or ""
    if not words.strip() or "@" in words or form.chosen_id is not None:
        return []
    return matches(words)


def requester_of(form: NewTicketForm) -> User:
    """Whose ticket it is to be: chosen, known by the address, or new.

    Raises AtField, WhoIsIt, NotAnAddress, BadName, AddressTaken.
    """
    person = chosen_person(form)
    if person is not None:
        return person
    words = form.requester.data or ""
    if "@" not in words:
        raise AtField("requester", _nobody(form))
    called, address = parseaddr(words) if "<" in words else ("", words)
    known = known_person(address)
    more = form.addresses(form.more_addresses)
    if known is not None and more:
        raise AtField(
            "more_addresses",
            WhoIsIt(f"{address} is known already. Further addresses are for somebody new: take them out."),
        )
    return known or _somebody_new(address, name=form.name.data or called, more=more)


def _somebody_new(address: str, *, name: str, more: Sequence[str]) -> User:
    person = person_with_address(address, name=name)
    try:
        for each in more:
            add_address(person, email=each)
    except Unwelcome as refusal:
        raise AtField("more_addresses", refusal) from refusal
    return person


def participants_of(form: NewTicketForm) -> list[User]:
    """Who reads along, found or made. Raises AtField."""
    emails = form.addresses(form.cc)
    if len(emails) > MOST_CC:
        raise AtField("cc", NotAParticipant(f"Name {MOST_CC} people at most."))
    return [_participant(email) for email in dict.fromkeys(emails)]


def _participant(email: str) -> User:
    try:
        person = person_with_address(email)
    except Unwelcome as refusal:
        raise AtField("cc", NotAParticipant(f"“{email}” is not an e-mail address.")) from refusal
    if person.is_staff:
        raise AtField(
            "cc",
            NotAParticipant(
                f"{email} belongs to somebody who works here. CC is for customers who read along."
            ),
        )
    return person


def _nobody(form: NewTicketForm) -> WhoIsIt:
    if candidates(form):
        return WhoIsIt("Choose who it is, or type an e-mail address.")
    return WhoIsIt("Nobody is called that. Type an e-mail address: somebody new becomes a customer.")
