"""What letters say, and what cannot get into them."""

import re

import pytest
from flask import url_for
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.core.db import db
from helpdesk.core.events import publish
from helpdesk.identity.events import LinkRequested
from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.mail.links import PAGES, base_url
from helpdesk.mail.models import DeliveryState, MailPurpose
from helpdesk.mail.operations.drafting import draft, new_message_id
from helpdesk.mail.operations.linking import render_for_sending
from helpdesk.mail.rendering import render_for_admin
from helpdesk.mail.templates import TICKETS
from helpdesk.settings.catalogue import Desk, change_settings
from helpdesk.tickets.operations import reply


def address_of(person):
    return db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()


def test_a_link_to_choose_a_password(carl, last_recipient):
    publish(LinkRequested(TokenPurpose.RESET_PASSWORD, carl, address_of(carl)))
    letter = render_for_admin(last_recipient())

    assert (letter.to_name, letter.to_email) == ("Carl Customer", "carl@customer.example")
    assert letter.subject == "Choose a new password for Test desk"
    assert letter.text == (
        "Hello Carl Customer,\n"
        "\n"
        "somebody, probably you, asked for a new password at Test desk. Follow this link within 2 hours to choose "
        "one:\n"
        "\n"
        "[one-time link]\n"
        "\n"
        "If it was not you, do nothing: your password stays as it is.\n"
        "\n"
        "-- \n"
        "Test desk\n"
        "http://desk.example\n"
    )


def test_an_answer(ticket, ana, last_recipient):
    reply(ticket, by=ana, content="Have you tried turning it off?\n\n<b>Really</b> & truly?")
    letter = render_for_sending(last_recipient())

    assert re.fullmatch(r"http://desk\.example/open/[\w-]{43}", letter.link)
    assert letter.subject == f"The printer is on fire [{ticket.ticket_number}]"
    assert letter.text == (
        "Have you tried turning it off?\n"
        "\n"
        "<b>Really</b> & truly?\n"
        "\n"
        f"Ana Agent answered your request {ticket.ticket_number}, “The printer is on fire”. "
        "Read all of it and answer here:\n"
        f"{letter.link}\n"
        "\n"
        "-- \n"
        "Test desk\n"
        "http://desk.example\n"
    )
    assert "<p>&lt;b&gt;Really&lt;/b&gt; &amp; truly?</p>" in re.sub(r' style="[^"]*"', "", letter.html)
    assert f'<a href="{letter.link}">Open the request</a>' in re.sub(r' style="[^"]*"', "", letter.html)


@pytest.mark.parametrize("purpose", MailPurpose)
def test_every_letter_can_be_written(ticket, carl, ana, last_recipient, purpose):
    comment = reply(ticket, by=ana, content="Try this.")
    about = {"ticket": ticket, "comment": comment} if purpose in TICKETS else {}
    draft(purpose, to=[(carl, address_of(carl))], **about)
    last_recipient().state = DeliveryState.FAILED  # a letter may be about what was lost
    letter = render_for_sending(last_recipient())

    assert letter.subject
    assert letter.link.startswith("http://desk.example/")
    assert letter.link in letter.text
    assert letter.link in letter.html
    assert "{" not in letter.text
    assert "\n\n\n" not in letter.text


def test_the_name_somebody_typed_is_not_told_to_a_stranger(carl, last_recipient):
    carl.full_name = "Buy pills at http://pills.example"
    publish(LinkRequested(TokenPurpose.CONFIRM_EMAIL, carl, address_of(carl)))

    assert "pills" not in render_for_admin(last_recipient()).text


def test_staff_without_a_name_answer_as_the_desk(ticket, ana, last_recipient):
    ana.full_name = ""
    reply(ticket, by=ana, content="Try this.")

    assert "Test desk answered your request" in render_for_admin(last_recipient()).text


def test_a_token_is_minted_for_sending_only(carl, last_recipient):
    publish(LinkRequested(TokenPurpose.MAGIC_LINK, carl, address_of(carl)))
    render_for_admin(last_recipient())
    assert db.session.scalars(select(OneTimeToken)).all() == []

    first, second = render_for_sending(last_recipient()), render_for_sending(last_recipient())
    assert first.link != second.link
    assert len(db.session.scalars(select(OneTimeToken)).all()) == 2


def test_links_lead_to_our_pages(app):
    with app.test_request_context():
        assert {
            TokenPurpose.CONFIRM_EMAIL: url_for("public.confirmations.new", token="t"),
            TokenPurpose.INVITATION: url_for("public.invitations.new", token="t"),
            TokenPurpose.RESET_PASSWORD: url_for("public.recoveries.edit", token="t"),
            TokenPurpose.MAGIC_LINK: url_for("public.magic_links.edit", token="t"),
            TokenPurpose.CONFIRM_REQUEST: url_for("public.guest_confirmations.new", token="t"),
            TokenPurpose.CONFIRM_ADDRESS: url_for("public.added_addresses.new", token="t"),
        } == {purpose: f"{path}t" for purpose, path in PAGES.items()}


def test_the_address_of_the_desk_is_the_administrators_else_ours(work):
    assert base_url(Desk(base_url="https://help.example.com/")) == "https://help.example.com"
    assert base_url(Desk()) == "http://127.0.0.1:8000"


def test_a_message_id_is_unique_and_below_the_desks_host(work):
    first, second = new_message_id(), new_message_id()
    change_settings(base_url="http://[::1]:8000")

    assert first != second
    assert first.endswith("@desk.example>")
    assert new_message_id().endswith("@localhost>")
