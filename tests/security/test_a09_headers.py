"""A09: whatever stands in a name, subject, signature or a file's name: a mail has its own receivers and headers."""

import io
from email import policy
from email.parser import BytesParser

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, Team
from helpdesk.core.db import db
from helpdesk.core.events import publish
from helpdesk.identity.events import LinkRequested
from helpdesk.identity.models import TokenPurpose
from helpdesk.mail import headers
from helpdesk.mail.models import MailPurpose, MailTemplate
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.operations import Upload, add_participant, move_to_team, reply
from tests.mail.outgoing.conftest import mail_server, mailbox, send_all, sink  # noqa: F401 — fixtures
from tests.support.tally import tally

BCC = "Bcc: all@customer.example"
HOSTILE = [
    f"Carl\r\n{BCC}",
    f"Carl\n{BCC}",
    f"Carl\r{BCC}",
    f"Carl\r\n\r\n{BCC}\r\n\r\nA body",
    f"Carl\x00\r\n{BCC}",
    f"Carl\u2028{BCC}\u2029",
    f"Carl\x85{BCC}",
    f"Carl\x0b{BCC}\x0c\x1b[2J",
    f"Carl\r\n\t{BCC}",
    "=?utf-8?q?Carl=0d=0aBcc:_all@customer.example?=",
    "=?utf-8?b?Q2FybA0KQmNjOiBhbGxAY3VzdG9tZXIuZXhhbXBsZQ==?=",
    '"Carl", <all@customer.example>, "',
    "Carl <all@customer.example>",
    'Carl" <all@customer.example>, "x',
    "Carl\\",
    "Carl (all@customer.example",
    "Carl, all@customer.example;",
    "all@customer.example, carl",
    "Грета <all@customer.example>, Ö",
    "Ö" * 60 + f"\r\n{BCC}",
    "x" * 500,
    "\u202eelpmaxe.liveLive@lla\u202c",
    "\ud800Carl",
]
EXPECTED = {
    *("date", "from", "to", "cc", "subject", "message-id", "mime-version", "content-type"),
    *("in-reply-to", "references", "auto-submitted", "x-auto-response-suppress", "x-helpdesk-loop"),
    *("content-transfer-encoding", "reply-to"),
}
RECEIVERS = {"carl@customer.example", "cora@customer.example"}


def read_as(mail, how):
    return BytesParser(policy=how).parsebytes(mail.raw)


def assert_only_ours(mail):
    """Two readers of the standard library agree on receivers and headers, and on where the body begins."""
    assert set(mail.rcpt_to) <= RECEIVERS
    for how in (policy.default, policy.compat32):
        message = read_as(mail, how)
        assert {name.lower() for name in message.keys()} <= EXPECTED  # noqa: SIM118 — a message, not a mapping
        assert len(message.keys()) == len({name.lower() for name in message.keys()})  # noqa: SIM118
        assert not any(
            ord(letter) < 32 for name in ("To", "From") for letter in str(message[name]).replace("\r\n ", "")
        )
    message = read_as(mail, policy.default)
    assert {each.addr_spec for each in message["To"].addresses} == {"carl@customer.example"}
    assert {each.addr_spec for each in getattr(message["Cc"], "addresses", ())} <= {"cora@customer.example"}
    assert [each.addr_spec for each in message["From"].addresses] == ["support@desk.example"]
    assert b"\r\nBcc:" not in mail.raw.split(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    assert message.get_content_type() in ("multipart/alternative", "multipart/mixed")
    tally("hostile words in a mail")


@pytest.mark.parametrize("text", HOSTILE)
def test_names_titles_settings_and_signatures(ticket, carl, cora, ana, mailbox, sink, send_all, text):  # noqa: F811
    words = text.encode("utf-8", "replace").decode()  # as the database can hold it at all
    words = words.replace("\x00", "")
    carl.full_name = ana.full_name = words
    ticket.title = words
    mailbox.sender_name = mailbox.signature = words
    team = db.session.scalars(select(Team)).one()
    team.signature = words
    move_to_team(ticket, team=team, by=ana)
    change_settings(footer="x")
    add_participant(ticket, person=cora, by=ana)
    reply(ticket, by=ana, content=words, uploads=[Upload(f"{text}.txt", io.BytesIO(b"a file"))])
    send_all()

    assert len(sink.mails) == 3
    for mail in sink.mails:
        assert_only_ours(mail)
    assert all(b"a file" in mail.raw or b"YSBmaWxl" in mail.raw for mail in sink.mails[1:])


@pytest.mark.parametrize("text", HOSTILE)
def test_the_name_of_the_desk(carl, sink, send_all, text):  # noqa: F811
    address = db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == carl.id)).one()
    from helpdesk.settings.models import Setting

    stored = db.session.scalars(select(Setting).where(Setting.name == "desk_name")).one()
    stored.value = (
        text.encode("utf-8", "replace").decode().replace("\x00", "")
    )  # past what the catalogue allows
    carl.full_name = stored.value
    publish(LinkRequested(TokenPurpose.RESET_PASSWORD, carl, address))
    send_all()

    (mail,) = sink.mails
    assert_only_ours(mail)


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_an_administrators_template(ticket, sink, send_all, text):  # noqa: F811
    words = text.encode("utf-8", "replace").decode().replace("\x00", "")
    db.session.add(MailTemplate(purpose=MailPurpose.TICKET_RECEIVED, subject=words, content=words + "{link}"))
    send_all()

    (mail,) = sink.mails
    assert_only_ours(mail)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_header_field_is_one_field(text):
    for value in (headers.text(text), headers.address(text, "carl@customer.example")):
        raw = f"Subject: {value}\r\n\r\nbody".encode("utf-8", "replace")
        assert raw.split(b"\r\n\r\n")[1] == b"body"
        assert all(line.startswith((b"Subject: ", b" ")) for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n"))


def test_message_ids_of_others_are_repeated_only_as_message_ids():
    ids = [
        "<good@x.example>",
        "<a@b>\r\nBcc: x",
        "<a b@c>",
        "no brackets",
        "<>",
        "<é@x>",
        "<" + "x" * 300 + "@y>",
    ]

    assert headers.message_ids(ids) == "<good@x.example>"
