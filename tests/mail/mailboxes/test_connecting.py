"""Servers of a mailbox are checked, their secrets sealed, and given to nobody but the server they were typed for."""

import pytest
from sqlalchemy import select

from helpdesk.audit.models import AuditLog
from helpdesk.core import clock
from helpdesk.core.sealing import seal, unseal
from helpdesk.core.tokens import digest
from helpdesk.mail.models import AfterFetch, MailboxState, Security, SignIn
from helpdesk.mail.operations import connecting
from helpdesk.mail.servers import BadMailbox, Incoming, Outgoing, Permit

IMAP = {"host": "imap.example.com", "user": "help", "password": "hunter2"}
SMTP = {"host": "smtp.example.com", "user": "help", "password": "hunter2"}
OAUTH = {
    "sign_in": SignIn.OAUTH2,
    "authorize_url": "https://login.example.com/authorize",
    "token_url": "https://login.example.com/token",
    "scope": "mail",
    "client_id": "desk",
    "client_secret": "hunter2",
}


def test_a_password_is_sealed_and_stays_where_none_is_typed(mailbox, ada):
    connecting.connect_incoming(mailbox, Incoming(**IMAP), by=ada)
    connecting.connect_incoming(mailbox, Incoming(**IMAP | {"password": "", "folder": "Help"}), by=ada)

    assert "hunter2" not in mailbox.imap_password
    assert unseal(mailbox.imap_password) == "hunter2"
    assert mailbox.imap_folder == "Help"


@pytest.mark.parametrize(
    "other",
    [{"host": "imap.evil.example"}, {"port": 143}, {"security": Security.NONE}],
    ids=lambda each: next(iter(each)),
)
def test_another_server_never_gets_a_stored_password(mailbox, ada, other):
    connecting.connect_incoming(mailbox, Incoming(**IMAP), by=ada)
    connecting.connect_outgoing(mailbox, Outgoing(**SMTP), by=ada)

    for deed, server in ((connecting.connect_incoming, Incoming), (connecting.connect_outgoing, Outgoing)):
        given = (IMAP if server is Incoming else SMTP) | {"password": ""} | other
        with pytest.raises(BadMailbox, match="Type it again"):
            deed(mailbox, server(**given), by=ada)


def test_without_a_server_no_password_is_kept(mailbox, ada):
    connecting.connect_incoming(mailbox, Incoming(**IMAP), by=ada)
    connecting.connect_incoming(mailbox, Incoming(), by=ada)

    assert (mailbox.imap_host, mailbox.imap_password) == (None, None)


@pytest.mark.parametrize(
    "typed, field",
    [
        (Incoming(host="https://imap.example.com"), "imap_host"),
        (Incoming(host="a b"), "imap_host"),
        (Incoming(host="imap.example.com", port=0), "imap_port"),
        (Incoming(host="imap.example.com", user="x" * 300), "imap_user"),
        (Incoming(host="imap.example.com", password="x" * 5000), "imap_password"),
        (Incoming(host="imap.example.com", after_fetch=AfterFetch.MOVE), "done_folder"),
        (Incoming(host="imap.example.com", after_fetch=AfterFetch.MOVE, done_folder="INBOX"), "done_folder"),
    ],
)
def test_what_cannot_be_a_server_is_said_at_its_field(mailbox, ada, typed, field):
    with pytest.raises(BadMailbox) as refusal:
        connecting.connect_incoming(mailbox, typed, by=ada)

    assert refusal.value.field == field


@pytest.mark.parametrize("limit", [0, -1, 2_000_000])
def test_the_send_brake_is_a_number_that_makes_sense(mailbox, ada, limit):
    with pytest.raises(BadMailbox) as refusal:
        connecting.connect_outgoing(mailbox, Outgoing(**SMTP, hourly_limit=limit), by=ada)

    assert refusal.value.field == "hourly_limit"


@pytest.mark.parametrize("other", [{"host": "imap.new.example"}, {"user": "else"}, {"folder": "Else"}])
def test_another_folder_is_switched_on_anew(mailbox, ada, work, other):
    connecting.connect_incoming(mailbox, Incoming(**IMAP), by=ada)
    mailbox.connected_at = clock.now()
    state = work.get(MailboxState, mailbox.id)
    state.uid_validity, state.last_uid = 7, 42

    connecting.connect_incoming(mailbox, Incoming(**IMAP | other), by=ada)

    assert (mailbox.connected_at, state.uid_validity, state.last_uid) == (None, None, 0)


def test_another_password_alone_changes_no_place(mailbox, ada, work):
    connecting.connect_incoming(mailbox, Incoming(**IMAP), by=ada)
    since = mailbox.connected_at = clock.now()
    state = work.get(MailboxState, mailbox.id)
    state.uid_validity, state.last_uid = 7, 42

    connecting.connect_incoming(mailbox, Incoming(**IMAP | {"password": "other"}), by=ada)

    assert (mailbox.connected_at, state.uid_validity, state.last_uid) == (since, 7, 42)


def test_a_permission_is_void_with_another_client(mailbox, ada, work):
    connecting.choose_sign_in(mailbox, Permit(**OAUTH), by=ada)
    mailbox.oauth_refresh_token = seal("fresh")
    work.flush()
    assert unseal(mailbox.oauth_refresh_token) == "fresh"

    connecting.choose_sign_in(mailbox, Permit(**OAUTH | {"client_secret": ""}), by=ada)
    assert unseal(mailbox.oauth_refresh_token) == "fresh"

    with pytest.raises(BadMailbox, match="Type it again"):
        connecting.choose_sign_in(
            mailbox, Permit(**OAUTH | {"client_secret": "", "client_id": "new"}), by=ada
        )
    connecting.choose_sign_in(mailbox, Permit(**OAUTH | {"client_id": "new"}), by=ada)
    assert mailbox.oauth_refresh_token is None


def test_by_password_again_nothing_of_the_permission_is_left(mailbox, ada, work):
    connecting.choose_sign_in(mailbox, Permit(**OAUTH), by=ada)
    mailbox.oauth_refresh_token = seal("fresh")
    work.flush()

    connecting.choose_sign_in(mailbox, Permit(), by=ada)

    assert (mailbox.oauth_refresh_token, mailbox.oauth_client_secret) == (None, None)


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"token_url": "http://login.example.com/token"}, "oauth_token_url"),
        ({"authorize_url": "javascript:alert(1)"}, "oauth_authorize_url"),
        ({"client_id": " "}, "oauth_client_id"),
    ],
)
def test_what_is_no_client_is_said_at_its_field(mailbox, ada, wrong, field):
    with pytest.raises(BadMailbox) as refusal:
        connecting.choose_sign_in(mailbox, Permit(**OAUTH | wrong), by=ada)

    assert refusal.value.field == field


def test_the_secret_of_the_door_is_readable_once(mailbox, ada):
    first = connecting.open_door(mailbox, by=ada)
    second = connecting.open_door(mailbox, by=ada)

    assert first != second
    assert mailbox.door_secret_hash == digest(second)

    connecting.shut_door(mailbox, by=ada)
    assert mailbox.door_secret_hash is None


def test_the_trail_keeps_no_secret_not_even_sealed(mailbox, ada, work):
    connecting.connect_incoming(mailbox, Incoming(**IMAP), by=ada)
    connecting.connect_outgoing(mailbox, Outgoing(**SMTP), by=ada)
    connecting.choose_sign_in(mailbox, Permit(**OAUTH), by=ada)
    secrets = [
        mailbox.imap_password,
        mailbox.smtp_password,
        mailbox.oauth_client_secret,
        connecting.open_door(mailbox, by=ada),
    ]
    secrets.append(mailbox.door_secret_hash)
    work.commit()

    told = str([row.changes for row in work.scalars(select(AuditLog))])
    assert "•••" in told
    assert not [each for each in [*secrets, "hunter2"] if each in told]
