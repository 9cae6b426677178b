"""Which mails events call for, and to whom."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.events import PersonInvited
from helpdesk.accounts.models import EmailAddress, OrganizationRole
from helpdesk.accounts.operations.registering import add_customer
from helpdesk.background.tables import queued
from helpdesk.core.db import db
from helpdesk.core.events import publish
from helpdesk.identity.events import LinkRequested, RegisteredAgain
from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.identity.operations.colleagues import invite_colleague
from helpdesk.mail.rendering import render_for_admin
from helpdesk.tickets.operations import add_participant, invite, note, open_ticket, reply


def address_of(person):
    return db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()


def test_a_customer_who_asks_is_told_that_we_have_it(ticket, outbox):
    assert outbox() == [("ticket_received", "carl@customer.example")]


def test_what_staff_type_for_a_customer_is_not_acknowledged(carl, ana, outbox):
    open_ticket(requester=carl, by=ana, title="By phone", description="He called.")

    assert outbox() == []


def test_an_answer_goes_to_the_requester_and_who_takes_part(ticket, ana, cora, outbox):
    add_participant(ticket, person=cora, by=ana)
    reply(ticket, by=ana, content="Have you tried turning it off?")

    assert outbox()[1:] == [
        ("ticket_answered", "carl@customer.example"),
        ("ticket_answered", "cora@customer.example"),
    ]


def test_a_note_goes_to_nobody(ticket, ana, outbox):
    note(ticket, by=ana, content="He always does that.")

    assert outbox()[1:] == []


def test_a_customers_answer_goes_to_nobody(ticket, carl, outbox):
    reply(ticket, by=carl, content="It still burns.")

    assert outbox()[1:] == []


def test_staff_who_answer_their_own_request_get_no_copy(ana, ben, outbox):
    ticket = open_ticket(requester=ana, by=ana, title="My own", description="Help.")
    reply(ticket, by=ana, content="Solved it.")
    assert outbox() == []

    reply(ticket, by=ben, content="Good.")
    assert outbox() == [("ticket_answered", "ana@desk.example")]


@pytest.mark.parametrize("column, value", [("is_active", False), ("anonymised_at", "now")])
def test_who_left_gets_nothing(ticket, carl, ana, outbox, column, value):
    setattr(carl, column, ticket.created_at if value == "now" else value)
    reply(ticket, by=ana, content="Hello?")

    assert outbox()[1:] == []


@pytest.mark.parametrize("purpose", [each for each in TokenPurpose if each is not TokenPurpose.SET_UP])
def test_every_link_has_its_mail(carl, outbox, purpose):
    publish(LinkRequested(purpose, carl, address_of(carl)))

    assert outbox() == [(purpose.value, "carl@customer.example")]


def test_the_owner_of_an_address_hears_of_a_second_sign_up(carl, outbox):
    publish(RegisteredAgain(carl, address_of(carl)))

    assert outbox() == [("already_registered", "carl@customer.example")]


def test_an_invitation_is_a_mail(ada, outbox):
    address = add_customer(email="nora@new.example", full_name="Nora")
    publish(PersonInvited(address.user, address, by=ada))

    assert outbox() == [("invitation", "nora@new.example")]


def test_a_draft_asks_for_one_delivery_and_holds_no_token(carl, outbox):
    publish(LinkRequested(TokenPurpose.RESET_PASSWORD, carl, address_of(carl)))

    assert db.session.scalars(select(queued.c.task_name)).all() == ["mail.deliver"]
    assert db.session.scalars(select(OneTimeToken)).all() == []


def test_who_is_asked_to_take_part_is_told_wherever_it_can_be_reached(ticket, carl, outbox, last_recipient):
    invite(ticket, email="nina@new.example", by=carl)

    assert outbox()[1:] == [("added_to_ticket", "nina@new.example")]
    letter = render_for_admin(last_recipient())
    assert letter.subject == f"You take part in the request {ticket.ticket_number}: The printer is on fire"
    assert "It burns." not in letter.text  # what was written is read behind the link


def test_an_answer_goes_to_who_was_asked_to_take_part_too(ticket, carl, ana, outbox):
    invite(ticket, email="nina@new.example", by=carl)
    reply(ticket, by=ana, content="Use water.")

    assert outbox()[2:] == [
        ("ticket_answered", "carl@customer.example"),
        ("ticket_answered", "nina@new.example"),
    ]


def test_who_has_an_account_is_asked_to_join_by_a_letter_that_signs_nobody_in(
    carl, olga, outbox, last_recipient
):
    carl.organization_role = OrganizationRole.MANAGER
    db.session.flush()
    invite_colleague(email="olga@stranger.example", full_name="", by=carl)

    assert outbox() == [("invited_to_organization", "olga@stranger.example")]
    assert render_for_admin(last_recipient()).link == "http://desk.example/login"
