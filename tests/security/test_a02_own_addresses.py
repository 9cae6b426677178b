"""A02: nobody can have an address of ours, whatever they type where; what is written there is for agents."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.accounts.operations.addresses import claim
from helpdesk.accounts.operations.inviting import invite
from helpdesk.accounts.operations.registering import add_customer
from helpdesk.accounts.reserved import Reserved
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core.db import db
from helpdesk.mail.models import OutboxMessage
from helpdesk.tickets.operations import invite as invite_to_ticket
from tests.support.letters import a_mailbox, arrives, told

OURS = ("support@desk.example", "Support@DESK.example", "support+anything@desk.example", "help@desk.example")


def people_with(*emails):
    keys = [email.casefold() for email in emails]
    return db.session.scalars(select(EmailAddress.id).where(EmailAddress.email_key.in_(keys))).all()


@pytest.mark.parametrize("email", OURS)
def test_A02_no_operation_gives_anybody_an_address_of_ours(work, ana, carl, ticket, email):
    a_mailbox(aliases=["help@desk.example"])
    for attempt in (
        lambda: add_customer(email=email, full_name="Mallory"),
        lambda: invite(email=email, full_name="Mallory", role=None, by=ana),
        lambda: claim(carl, email=email),
        lambda: invite_to_ticket(ticket, email=email, by=carl),
    ):
        with pytest.raises(Reserved):
            attempt()

    assert people_with(*OURS) == []


@pytest.mark.parametrize("page", ["/register", "/ask"])
def test_A02_strangers_who_type_one_get_nothing(app, as_nobody, acting, page):
    with acting("ada"):
        a_mailbox()
    typed = {"email": OURS[0], "full_name": "Mallory", "title": "Mine", "content": "Send it to me."}
    as_nobody.post(page, typed)
    run_waiting_jobs(app)

    with acting("ada"):
        assert people_with(*OURS) == []
        assert db.session.scalars(select(OutboxMessage.id)).all() == []


def test_A02_an_administrator_is_told_why_not(as_ada, acting):
    with acting("ada"):
        a_mailbox()
    answer = as_ada.post("/admin/people", {"email": OURS[0], "full_name": "Mallory", "role": "customer"})

    assert answer.status == 422
    assert "address of this desk" in answer.text


def test_A02_mail_of_third_parties_is_for_agents_alone(work, carl):
    """Somebody registered elsewhere as support@: the link that proves it lands with us, and in nobody's portal."""
    mail = arrives(
        a_mailbox(),
        sender="no-reply@service.example",
        subject="Confirm your account",
        text="Follow this link: https://service.example/confirm/1234",
        auto_submitted="auto-generated",
    )

    db.session.refresh(mail, ["ticket"])
    assert told(mail) == ("new_ticket", "automatic")
    assert mail.ticket.requester_id != carl.id
    assert people_with("no-reply@service.example") != []
    owner = select(EmailAddress.verified_at).where(EmailAddress.email_key == "no-reply@service.example")
    assert db.session.scalars(owner).all() == [None]
    assert db.session.scalars(select(OutboxMessage.id)).all() == []
