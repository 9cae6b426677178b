"""Mailboxes are made, named, made the default one, switched on, paused and let go."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import Team
from helpdesk.accounts.operations.teams import create_team, dissolve_team
from helpdesk.core import clock
from helpdesk.mail.models import Door, InboundMessage, Mailbox, MailboxState
from helpdesk.mail.operations import mailboxes
from helpdesk.mail.operations.mailboxes import Identity, InUse
from helpdesk.mail.servers import BadMailbox


@pytest.fixture
def made(work, ada):
    """`made("Help@Desk.example")` is a mailbox of that address."""

    def make(address="help@desk.example", **more):
        return mailboxes.create_mailbox(Identity(name="Support", address=address, **more), by=ada)

    return make


def test_the_first_one_is_the_default_and_each_has_a_place_for_what_the_fetcher_knows(made, work):
    first, second = made(), made("sales@desk.example")

    assert (first.is_default, second.is_default) == (True, False)
    assert first.connected_at is None
    assert work.scalar(select(func.count()).select_from(MailboxState)) == 2


def test_addresses_are_compared_as_mail_servers_do(made):
    mailbox = made(
        "Help@Desk.Example", aliases=["Info@desk.example", "info@DESK.example", " ", "help@desk.example"]
    )

    assert (mailbox.address, mailbox.address_key) == ("Help@desk.example", "help@desk.example")
    assert mailbox.aliases == ["info@desk.example"]


@pytest.mark.parametrize(
    "address, aliases, field, sentence",
    [
        ("nobody", [], "address", "This is not an e-mail address"),
        ("HELP@desk.example", [], "address", "The mailbox “Support” has this address already."),
        ("info@desk.example", [], "address", "The mailbox “Support” has this address already."),
        (
            "new@desk.example",
            ["help@desk.example"],
            "aliases",
            "The mailbox “Support” has this address already.",
        ),
        ("new@desk.example", ["x"], "aliases", "This is not an e-mail address"),
    ],
)
def test_an_address_is_of_one_mailbox(made, address, aliases, field, sentence):
    made(aliases=["info@desk.example"])

    with pytest.raises(BadMailbox) as refusal:
        made(address, aliases=aliases)

    assert refusal.value.field == field
    assert refusal.value.sentence.startswith(sentence)


def test_an_address_of_a_person_is_nobodys_mailbox(made, carl):
    with pytest.raises(BadMailbox, match="A person has the address"):
        made(carl.email)


def test_it_may_keep_its_own_address_when_it_is_changed(made, ada):
    mailbox = made()

    mailboxes.change_mailbox(mailbox, Identity(name="Help", address="help@desk.example"), by=ada)

    assert mailbox.name == "Help"


def test_it_has_a_name(work, ada):
    with pytest.raises(BadMailbox) as refusal:
        mailboxes.create_mailbox(Identity(name=" ", address="help@desk.example"), by=ada)

    assert refusal.value.field == "name"


def test_one_is_the_default(made, work, ada):
    made()
    second = made("sales@desk.example")

    mailboxes.make_default(second, by=ada)

    assert list(work.scalars(select(Mailbox.address).where(Mailbox.is_default))) == ["sales@desk.example"]


def test_what_is_paused_is_nobodys_default(made, ada):
    made()
    second = made("sales@desk.example")
    mailboxes.pause(second, by=ada)

    with pytest.raises(BadMailbox, match="paused"):
        mailboxes.make_default(second, by=ada)


def test_switched_on_once_its_moment_and_its_cut_off_stay(made, ada):
    mailbox = made()
    cut_off = clock.now() - timedelta(days=3)

    mailboxes.switch_on(mailbox, cut_off_at=cut_off, by=ada)
    since = mailbox.connected_at
    mailboxes.pause(mailbox, by=ada)
    mailboxes.switch_on(mailbox, cut_off_at=None, by=ada)

    assert (mailbox.connected_at, mailbox.cut_off_at, mailbox.is_active) == (since, cut_off, True)


def test_unused_it_can_be_deleted(made, work, ada):
    mailboxes.delete_mailbox(made(), by=ada)

    assert work.scalar(select(func.count()).select_from(Mailbox)) == 0
    assert work.scalar(select(func.count()).select_from(MailboxState)) == 0


def test_what_mails_came_by_is_paused_instead(made, work, ada, stored):
    mailbox = made()
    work.add(
        InboundMessage(mailbox_id=mailbox.id, door=Door.IMAP, sha256=stored(b"Subject: x\n\nx"), size=13)
    )
    work.flush()

    with pytest.raises(InUse):
        mailboxes.delete_mailbox(mailbox, by=ada)


@pytest.mark.parametrize("has_heir", [True, False])
def test_when_its_team_is_no_more_it_goes_where_the_tickets_go(made, work, ada, has_heir):
    heir = work.scalars(select(Team)).first()
    team = create_team(name="Going", description="", reopen_days=None, by=ada)
    mailbox = made(team=team)

    dissolve_team(team, tickets_to=heir if has_heir else None, by=ada)
    work.refresh(mailbox)

    assert mailbox.team_id == (heir.id if has_heir else None)
