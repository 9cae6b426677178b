"""What becomes of letters while no mail server is connected."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.core.db import db
from helpdesk.core.events import publish
from helpdesk.identity.events import LinkRequested
from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.identity.operations.tokens import find
from helpdesk.mail import jobs
from helpdesk.mail.jobs import deliver
from helpdesk.mail.models import DeliveryState, OutboxMessage, OutboxRecipient
from helpdesk.tickets.operations import add_participant, delete, reply


class OpenDesk:
    is_loopback = False


def newest():
    return db.session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id.desc()).limit(1)).one()


@pytest.fixture
def letter(carl):
    """The id of a message with a link for Carl."""
    address = db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == carl.id)).one()
    publish(LinkRequested(TokenPurpose.MAGIC_LINK, carl, address))
    return newest()


def test_a_lone_machine_shows_it_once_with_a_link_that_works(letter, carl, capsys):
    deliver(letter)
    shown = capsys.readouterr().out
    deliver(letter)

    start = "Mail to Carl Customer <carl@customer.example>: Your link to sign in at Test desk\n"
    assert shown.startswith(start + "  http://desk.example/login/link/")
    assert find(shown.split("/")[-1].strip(), purpose=TokenPurpose.MAGIC_LINK).user is carl
    assert capsys.readouterr().out == ""


def test_it_still_waits_to_be_sent(letter, capsys):
    deliver(letter)

    assert db.session.scalars(select(OutboxRecipient.state)).all() == [DeliveryState.WAITING]


def test_a_desk_others_reach_shows_and_mints_nothing(letter, capsys, monkeypatch):
    monkeypatch.setattr(jobs, "configuration", OpenDesk)
    deliver(letter)

    assert capsys.readouterr().out == ""
    assert db.session.get_one(OutboxMessage, letter).printed_at is None
    assert db.session.scalars(select(OneTimeToken)).all() == []


def test_everybody_has_their_own_line(ticket, ana, cora, capsys):
    add_participant(ticket, person=cora, by=ana)
    reply(ticket, by=ana, content="Try this.")
    deliver(newest())

    shown = capsys.readouterr().out
    assert [line.split(">")[0] for line in shown.splitlines() if line.startswith("Mail")] == [
        "Mail to Carl Customer <carl@customer.example",
        "Mail to Cora Colleague <cora@customer.example",
    ]


def test_what_is_no_longer_wanted_is_not_shown(ticket, carl, ana, ada, letter, capsys):
    reply(ticket, by=ana, content="Try this.")
    answer = newest()
    delete(ticket, by=ada)
    carl.is_active = False
    for message in (letter, answer):
        deliver(message)

    assert capsys.readouterr().out == ""


def test_what_became_internal_meanwhile_is_not_shown(ticket, ana, capsys):
    comment = reply(ticket, by=ana, content="Not for him, after all.")
    comment.is_internal = True
    deliver(newest())

    assert capsys.readouterr().out == ""


def test_a_message_that_is_gone_is_no_error(work):
    deliver(4711)
