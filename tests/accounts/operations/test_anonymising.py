"""Erasing a person."""

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import EmailAddress
from helpdesk.accounts.operations.anonymising import NAMELESS, anonymise
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.registering import add_customer
from helpdesk.accounts.operations.touching import Untouchable
from helpdesk.core.db import db
from helpdesk.core.events import publish
from helpdesk.identity.events import LinkRequested
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.tokens import mint
from helpdesk.mail.models import OutboxRecipient
from helpdesk.tickets.models import GuestRequest, TicketKey
from helpdesk.tickets.operations.guest_requests import keep_request
from helpdesk.tickets.operations.keys import mint_key


def address_of(person):
    return db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()


def count(model, *where):
    return db.session.scalars(select(func.count()).select_from(model).where(*where)).one()


def test_what_names_them_goes(work, carl, ada, ticket):
    carl.notes, carl.signature, carl.time_zone = "Likes tea.", "Yours, Carl", "Asia/Tokyo"
    mint_key(ticket, person=carl, address=address_of(carl))
    mint(TokenPurpose.MAGIC_LINK, person=carl, address=address_of(carl))
    publish(LinkRequested(TokenPurpose.MAGIC_LINK, carl, address_of(carl)))
    keep_request(email="Carl@customer.example", full_name="Carl", title="More", content="Words.")
    keep_request(email="gus@guest.example", full_name="Gus", title="Another's", content="Words.")

    anonymise(carl, by=ada)

    assert (carl.full_name, carl.notes, carl.signature, carl.time_zone) == (NAMELESS, "", "", None)
    assert (carl.is_active, carl.organization_id, carl.email) == (False, None, None)
    assert count(EmailAddress, EmailAddress.user_id == carl.id) == 0
    assert count(TicketKey) == 0
    assert count(OutboxRecipient, OutboxRecipient.user_id == carl.id) == 0
    assert db.session.scalars(select(GuestRequest.full_name)).all() == ["Gus"]
    assert ticket.requester_id == carl.id


def test_the_address_is_free_again(work, carl, ada):
    anonymise(carl, by=ada)

    assert add_customer(email="carl@customer.example", full_name="Another Carl").user_id != carl.id


def test_it_happens_once(work, carl, ada):
    anonymise(carl, by=ada)
    with pytest.raises(Untouchable):
        anonymise(carl, by=ada)


def test_who_works_here_is_deactivated_first(work, ben, ada):
    with pytest.raises(Untouchable):
        anonymise(ben, by=ada)
    deactivate(ben, by=ada)
    anonymise(ben, by=ada)

    assert (ben.full_name, ben.is_staff) == (NAMELESS, True)
