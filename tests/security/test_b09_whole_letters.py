"""B09, our half: an answer goes out whole, or it stays with an error that somebody sees; it never goes out empty."""

import io
import time

from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.files.operations import save
from helpdesk.files.store import store
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.operations import delivering
from helpdesk.tickets.models import Attachment
from helpdesk.tickets.operations import reply
from tests.mail.outgoing.conftest import mail_server, mailbox, send_all, sink  # noqa: F401 — fixtures


def answers():
    found = select(OutboxRecipient).join(OutboxRecipient.message).order_by(OutboxRecipient.id)
    return list(db.session.scalars(found.where(OutboxMessage.purpose == MailPurpose.TICKET_ANSWERED)))


def test_two_megabytes_with_twenty_thousand_links_go_out_whole(ticket, ana, sink, send_all):  # noqa: F811
    comment = reply(ticket, by=ana, content="x")
    links = [
        f'<p><a href="https://shop.example/{turn}">{"word " * 15}{turn}</a></p>' for turn in range(20_000)
    ]
    comment.content_html = "".join(links)
    comment.content = "\n".join(
        f"{'word ' * 15}{turn} <https://shop.example/{turn}>" for turn in range(20_000)
    )
    assert len(comment.content_html) > 2_000_000
    began = time.monotonic()
    send_all()
    took = time.monotonic() - began

    assert sink.last.html.count("<a href=") >= 20_000
    assert "word 19999 <https://shop.example/19999>" in sink.last.text
    assert took < 30


def test_what_cannot_be_put_together_stays_and_is_told(ticket, ana, sink, send_all, monkeypatch):  # noqa: F811
    send_all()
    comment = reply(ticket, by=ana, content="All of it matters.")
    sink.mails.clear()

    def starved(*_args, **_named):
        raise MemoryError

    monkeypatch.setattr(delivering, "compose", starved)
    send_all()
    db.session.expire_all()

    assert sink.mails == []
    (lost,) = answers()
    assert (lost.state, lost.last_error) == ("failed", "It could not be put together (MemoryError)")
    assert comment.content == "All of it matters."
    assert ticket.delivery_failed_at is not None


def test_with_a_file_whose_bytes_are_gone_nothing_goes_out(ticket, ana, sink, send_all):  # noqa: F811
    send_all()
    comment = reply(ticket, by=ana, content="See the plan.")
    blob = save(io.BytesIO(b"the only copy of this plan"), filename="plan.txt")
    db.session.add(
        Attachment(
            comment_id=comment.id, sha256=blob.sha256, filename="plan.txt", content_type="text/plain", size=26
        )
    )
    db.session.flush()
    store().delete(blob.sha256)
    sink.mails.clear()
    send_all()
    db.session.expire_all()

    assert sink.mails == []
    assert "content of this file is missing" in answers()[0].last_error
    assert ticket.delivery_failed_at is not None
