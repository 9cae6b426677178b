"""What stands in a message that came by mail: its own words, its pictures, its files."""

from email.message import EmailMessage
from email.utils import make_msgid
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.files.store import store
from helpdesk.mail.models import InboundMessage
from helpdesk.tickets.models import Attachment, Comment, CommentRecipient, Ticket
from helpdesk.tickets.operations.arriving import NO_SUBJECT, NO_WORDS
from helpdesk.tickets.operations.writing import LONGEST_COMMENT
from tests.support.letters import FROM_CARL, SUPPORT, arrives, told, written


def picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (2, 2), "red").save(drawn, "PNG")
    return drawn.getvalue()


def message_of(mail: InboundMessage) -> Comment:
    return db.session.get_one(Comment, mail.comment_id, populate_existing=True)


def files_of(mail: InboundMessage) -> list[Attachment]:
    found = select(Attachment).where(Attachment.comment_id == mail.comment_id).order_by(Attachment.id)
    return list(db.session.scalars(found))


def with_picture(cid: str = "") -> EmailMessage:
    cid = cid or make_msgid(domain="customer.example")
    message = written(text="See the picture.")
    html = f'<p>See <b>this</b>: <img src="cid:{cid[1:-1]}" alt="flames"> <img src="https://evil.example/x.png"></p>'
    message.add_alternative(html, subtype="html")
    message.get_payload()[1].add_related(picture(), "image", "png", cid=cid, filename="fire.png")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="bill.pdf")
    return message


def test_pictures_stand_where_they_stood_and_files_come_along(mailbox):
    mail = arrives(mailbox, with_picture())
    inline, bill = files_of(mail)

    html = message_of(mail).content_html
    assert f'<img src="/files/{inline.public_id}" alt="flames">' in html
    assert "evil.example" not in html
    assert (inline.is_inline, inline.content_type) == (True, "image/png")
    assert (bill.filename, bill.is_inline, bill.content_type) == ("bill.pdf", False, "application/pdf")
    with store().open(inline.sha256) as content:
        assert content.read() == picture()


def test_an_address_of_somebody_elses_file_is_no_picture(mailbox):
    other = files_of(arrives(mailbox, with_picture()))[0]
    message = written(text="Show me.")
    message.add_alternative(f'<p>Show <img src="/files/{other.public_id}"></p>', subtype="html")
    mail = arrives(mailbox, message)

    assert "<img" not in message_of(mail).content_html
    assert files_of(mail) == []


def test_what_is_quoted_stands_aside(mailbox):
    arrives(mailbox, message_id="<one@customer.example>")
    text = "Still burning.\n\nOn Mon, 16 Nov 2026 at 09:30, Support <support@desk.example> wrote:\n> Use water.\n"
    mail = arrives(mailbox, text=text, in_reply_to="<one@customer.example>")

    assert message_of(mail).content == "Still burning."
    assert "Use water." in (message_of(mail).quoted_html or "")
    assert "Use water." not in message_of(mail).content_html


@pytest.mark.parametrize("subject, text, title", [("", "It burns.\n", "It burns."), ("", "", NO_SUBJECT)])
def test_every_mail_has_a_title(mailbox, subject, text, title):
    mail = arrives(mailbox, subject=subject, text=text)

    assert db.session.get_one(Ticket, mail.ticket_id).title == title
    assert message_of(mail).content == (text.strip() or NO_WORDS)


def test_endless_text_is_cut_and_comes_along_whole(mailbox):
    text = "and on " * 30_000
    mail = arrives(mailbox, text=text)

    assert len(message_of(mail).content) <= LONGEST_COMMENT
    (whole,) = files_of(mail)
    with store().open(whole.sha256) as content:
        assert content.read().decode().split() == text.split()


def test_endless_html_gives_way_to_the_text(mailbox):
    message = written(text="Hello.")
    links = "".join(f'<a href="https://x.example/{n}">{n}</a>' for n in range(20_000))
    message.add_alternative(f"<p>Hello.</p>{links}", subtype="html")
    mail = arrives(mailbox, message)

    assert told(mail) == ("new_ticket", None)
    assert message_of(mail).content.startswith("Hello.")


def test_whom_it_named_is_remembered(mailbox, cora):
    mail = arrives(mailbox, to=f"{SUPPORT}, New <new@x.example>", cc="Cora <CORA@customer.example>")

    rows = select(
        CommentRecipient.kind, CommentRecipient.email_key, CommentRecipient.name, CommentRecipient.user_id
    ).where(CommentRecipient.comment_id == mail.comment_id)
    assert [tuple(row) for row in db.session.execute(rows.order_by(CommentRecipient.id))] == [
        ("to", SUPPORT, "", None),
        ("to", "new@x.example", "New", None),
        ("cc", "cora@customer.example", "Cora", cora.id),
    ]


def test_what_a_colleague_forwards_is_the_ticket_of_who_wrote_it(mailbox, ana):
    text = (
        "Please see to this.\n\n---------- Forwarded message ---------\nFrom: Nora New <nora@new.example>\n"
        "Date: Mon, 16 Nov 2026 at 09:30\nSubject: Help\nTo: <ana@desk.example>\n\nIt burns.\n"
    )
    mail = arrives(mailbox, sender="Ana Agent <ana@desk.example>", subject="Fwd: Help", text=text)
    ticket = db.session.get_one(Ticket, mail.ticket_id)
    db.session.refresh(ticket, ["requester"])

    assert (ticket.requester.email, ticket.requester.full_name) == ("nora@new.example", "Nora New")
    assert message_of(mail).author_id == ana.id
    assert "It burns." in message_of(mail).content


def test_what_a_customer_forwards_stays_theirs(mailbox, carl):
    text = "---------- Forwarded message ---------\nFrom: Nora New <nora@new.example>\nSubject: Help\n\nIt burns.\n"
    mail = arrives(mailbox, sender=FROM_CARL, subject="Fwd: Help", text=text)

    assert db.session.get_one(Ticket, mail.ticket_id).requester_id == carl.id


def test_a_forwarded_mail_as_a_file_keeps_its_label(mailbox):
    inner = written(sender="nora@new.example", subject="Inner")
    message = written()
    message.add_attachment(inner)
    mail = arrives(mailbox, message)
    (file,) = files_of(mail)

    assert file.filename.endswith(".eml")
    assert mail.parsed["labels"] == {file.public_id: "message"}
