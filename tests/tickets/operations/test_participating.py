"""Asking others to take part, by their address."""

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.addresses import NotAnAddress
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core import clock
from helpdesk.core.errors import TooMany
from helpdesk.identity.limits import NAMED_ADDRESS_LIMITS
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import invite, open_ticket
from helpdesk.tickets.operations.participating import MOST_PARTICIPANTS, NotInvited
from helpdesk.tickets.queries import tickets_for


def people(work, ticket):
    work.refresh(ticket, ["participants"])
    return [person.email for person in ticket.participants]


def test_a_customer_who_is_known_takes_part_and_sees_it(work, ticket, carl, olga):
    invite(ticket, email="Olga@Stranger.example", by=carl)

    assert people(work, ticket) == ["olga@stranger.example"]
    assert work.scalars(tickets_for(olga)).all() == [ticket]


def test_who_is_unknown_becomes_a_customer_whose_address_nobody_has_proven(work, ticket, carl):
    invite(ticket, email="nina@new.example", by=carl)

    address = work.scalars(select(EmailAddress).where(EmailAddress.email == "nina@new.example")).one()
    person = work.get_one(User, address.user_id)
    assert (address.verified_at, person.is_staff, person.organization_id) == (None, False, None)
    assert people(work, ticket) == ["nina@new.example"]


def test_the_second_time_and_for_whose_it_is_nothing_happens(work, ticket, carl):
    for email in ("cora@customer.example", "cora@customer.example", "carl@customer.example"):
        invite(ticket, email=email, by=carl)

    assert people(work, ticket) == ["cora@customer.example"]


def test_staff_who_left_and_who_was_erased_get_one_and_the_same_sentence(work, ticket, carl, ana, cora, olga):
    cora.is_active = False
    olga.anonymised_at = clock.now()
    sentences = set()
    for person in (ana, cora, olga):
        with pytest.raises(NotInvited) as refused:
            invite(ticket, email=person.email, by=carl)
        sentences.add(refused.value.sentence.replace(person.email, "…"))

    assert sentences == {"… cannot be added here. Leave the address out, or use another one."}
    assert people(work, ticket) == []


def test_no_more_than_so_many(work, ticket, carl, ana):
    for number in range(MOST_PARTICIPANTS):
        invite(ticket, email=f"p{number}@new.example", by=ana)

    with pytest.raises(NotInvited):
        invite(ticket, email="late@new.example", by=ana)


def test_customers_are_counted_staff_are_not(work, carl, ana):
    most = NAMED_ADDRESS_LIMITS[0].times
    tickets = [open_ticket(requester=carl, by=carl, title="T", description="D") for _ in range(3)]
    for number in range(most):
        invite(tickets[number % 3], email=f"p{number}@new.example", by=carl)

    with pytest.raises(TooMany):
        invite(tickets[0], email="late@new.example", by=carl)
    invite(tickets[0], email="late@new.example", by=ana)


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "x\r\nBcc: y@z.example"])
def test_what_is_no_address_is_refused(work, ticket, carl, email):
    with pytest.raises(NotAnAddress):
        invite(ticket, email=email, by=carl)


def test_copies_of_a_new_ticket_go_the_same_way(work, carl):
    ticket = open_ticket(
        requester=carl, by=carl, title="T", description="D", cc=["cora@customer.example", "nina@new.example"]
    )

    assert people(work, ticket) == ["cora@customer.example", "nina@new.example"]
    assert work.scalar(select(func.count()).select_from(Ticket)) == 1
