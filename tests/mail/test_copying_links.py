"""A link handed to a customer another way."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.audit.models import AuditLog
from helpdesk.core.db import db
from helpdesk.core.errors import Refused
from helpdesk.core.events import publish
from helpdesk.identity.events import LinkRequested
from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.identity.operations.tokens import find
from helpdesk.mail.operations.linking import copy_link
from helpdesk.tickets.operations import reply


@pytest.fixture
def letter_for(last_recipient):
    """`letter_for(person, purpose)` is what waits in the outbox for them."""

    def send(person, purpose=TokenPurpose.RESET_PASSWORD):
        address = db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()
        publish(LinkRequested(purpose, person, address))
        return last_recipient()

    return send


def test_an_administrator_copies_a_customers_link_and_the_trail_knows(letter_for, carl, ada):
    recipient = letter_for(carl)
    link = copy_link(recipient, by=ada)
    db.session.commit()

    assert (
        find(link.removeprefix("http://desk.example/reset/"), purpose=TokenPurpose.RESET_PASSWORD).user
        is carl
    )
    (row,) = db.session.scalars(select(AuditLog).where(AuditLog.action == "read"))
    assert (row.table_name, row.record_id) == ("outbox_recipients", recipient.id)
    assert row.changes == {"link_for": [None, carl.id], "purpose": [None, "reset_password"]}
    assert link.split("/")[-1] not in str(row.changes)


@pytest.mark.parametrize("purpose", [TokenPurpose.RESET_PASSWORD, TokenPurpose.INVITATION])
def test_never_one_of_staff(letter_for, ana, ada, purpose):
    recipient = letter_for(ana, purpose)

    with pytest.raises(Refused):
        copy_link(recipient, by=ada)
    assert db.session.scalars(select(OneTimeToken)).all() == []


@pytest.mark.parametrize("name", ["ana", "carl", "olga"])
def test_only_by_who_may_manage_the_desk(request, letter_for, carl, name):
    with pytest.raises(Refused):
        copy_link(letter_for(carl), by=request.getfixturevalue(name))


def test_not_for_who_left(letter_for, carl, ada):
    recipient = letter_for(carl)
    carl.is_active = False

    with pytest.raises(Refused):
        copy_link(recipient, by=ada)


def test_not_to_confirm_what_is_confirmed(letter_for, carl, ada):
    with pytest.raises(Refused):
        copy_link(letter_for(carl, TokenPurpose.CONFIRM_EMAIL), by=ada)


def test_not_from_a_letter_without_one(ticket, ana, ada, last_recipient):
    reply(ticket, by=ana, content="Try this.")

    with pytest.raises(Refused):
        copy_link(last_recipient(), by=ada)


def test_not_to_an_address_that_moved_or_went(letter_for, carl, ada, olga):
    recipient = letter_for(carl)
    recipient.address.user_id, recipient.address.is_primary = olga.id, False
    with pytest.raises(Refused):
        copy_link(recipient, by=ada)

    recipient.address = None
    assert recipient.email == ""
    with pytest.raises(Refused):
        copy_link(recipient, by=ada)
