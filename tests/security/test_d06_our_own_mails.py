"""D06: our mails carry nobody's markup and nobody's link, but within the words of a message, which are sanitised."""

import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.core.db import db
from helpdesk.mail.models import MailPurpose, OutboxRecipient
from helpdesk.mail.operations.drafting import draft, post
from helpdesk.mail.templates import TICKETS
from helpdesk.tickets.operations import reply
from tests.mail.outgoing.conftest import mail_server, mailbox, send_all, sink  # noqa: F401 — fixtures
from tests.security.scripts import WAYS
from tests.support.tally import tally

LURE = "https://evil.example/win"
HOSTILE = [
    f'<a href="{LURE}">Win</a>',
    f"{LURE} now",
    "www.evil.example/win",
    "evil.example wins",
    f"<img src={LURE}>",
    "<script>steal()</script>",
    '"><script>steal()</script>',
    "<style>*{display:none}</style>",
    "javascript:steal()",
    f"[Win]({LURE})",
    f"<form action={LURE}><input name=password></form>",
    "{link} {content} {{config}} {% raw %} ${7*7} {name.__class__}",
    *WAYS[::9],
]
OURS = ("http://desk.example",)
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "div", "p", "a", "br", "blockquote"),
    *("b", "i", "em", "strong", "ul", "ol", "li", "code", "pre", "span", "hr", "h1", "h2", "h3"),
}
CLICKABLE = re.compile(r"(?:https?://|www\.)[^\s<>]+|(?<!@)\b[\w-]+(?:\.[\w-]+)*\.(?:example|com)\b")


class Reader(HTMLParser):
    """What a mail program makes of it: tags, links, and the text outside of the words of a message."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.links, self.handlers, self.outside = set(), [], [], []
        self._within = self._hidden = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.tags.add(tag)
        self.handlers += [name for name in named if name.startswith("on")]
        if self._within or "content" in (named.get("class") or ""):
            self._within += tag in ("div", "blockquote")
        elif tag in ("a", "img", "form", "iframe", "link", "base"):
            self.links += [named[each] for each in ("href", "src", "action") if named.get(each)]
        self._hidden += tag in ("style", "title")

    def handle_endtag(self, tag):
        self._within -= bool(self._within) and tag in ("div", "blockquote")
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data):
        if not self._within and not self._hidden:
            self.outside.append(data)


def assert_harmless(mail, words):
    page = Reader(mail.html)
    assert page.tags <= TAGS
    assert page.handlers == []
    assert page.links
    assert all(link.startswith(OURS) for link in page.links)
    for text in ("".join(page.outside), outside_of(words, mail.text)):
        found = [
            each
            for each in CLICKABLE.findall(text)
            if not each.startswith(("http://desk.example", "desk.example"))
        ]
        assert found == []
    tally("hostile words in our own mails")


def outside_of(words, text):
    """The text without the words of the message, quoted or not."""
    plain = text.replace("\r", "")
    lines = set(words.splitlines())
    return "\n".join(line for line in plain.split("\n") if line.removeprefix("> ") not in lines)


def address_of(person):
    return db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()


@pytest.mark.parametrize("text", HOSTILE)
def test_every_kind_of_letter(ticket, carl, ana, mailbox, sink, send_all, text):  # noqa: F811
    carl.full_name = ana.full_name = text.replace("\n", " ")
    ticket.title = text.replace("\n", " ")
    comment = reply(ticket, by=ana, content=text)
    send_all()
    sink.mails.clear()
    lost = db.session.scalars(select(OutboxRecipient).order_by(OutboxRecipient.id.desc())).first()
    lost.state, lost.last_error = "bounced", f"550 {text}".replace("\n", " ")
    for purpose in MailPurpose:
        about = {"ticket": ticket, "comment": comment} if purpose in TICKETS else {}
        person = ana if purpose in NOTICES else carl
        post(draft(purpose, to=[(person, address_of(person))], **about))
    send_all()

    sent = {mail.message["Subject"] for mail in sink.mails}
    assert len(sink.mails) >= len(MailPurpose) - len(NOT_NOW)
    assert sent
    for mail in sink.mails:
        assert_harmless(mail, text)


NOTICES = {MailPurpose.TICKET_ASSIGNED, MailPurpose.CUSTOMER_ANSWERED, MailPurpose.DELIVERY_FAILED}
NOT_NOW = {
    MailPurpose.CONFIRM_EMAIL,  # Carl's address is confirmed
    MailPurpose.INVITATION,
    MailPurpose.CONFIRM_ADDRESS,
    MailPurpose.CONFIRM_REQUEST,  # there is no request
}
