"""B10: every mail of the corpus is kept byte for byte, filed, and shown on every page without an error."""

import hashlib
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.files.store import store
from helpdesk.mail.models import InboundMessage, Verdict
from helpdesk.tickets.models import Attachment, Comment, CommentRecipient, Ticket
from tests.support import corpus
from tests.support.letters import a_mailbox, arrives
from tests.support.tally import tally

PARTS = 6
FILED = (Verdict.NEW_TICKET, Verdict.REPLY)
TEXTS = (
    (InboundMessage, ("sender", "sender_name", "subject", "message_id", "detail")),
    (Comment, ("content", "content_html", "quoted_html")),
    (Ticket, ("title",)),
    (Attachment, ("filename",)),
    (CommentRecipient, ("email", "name")),
)


def is_clean(text: str) -> bool:
    """Valid UTF-8 without NUL."""
    return "\x00" not in text and text.encode("utf-8", "replace").decode() == text


def texts() -> Iterator[str]:
    for model, names in TEXTS:
        for row in db.session.execute(select(*(getattr(model, name) for name in names))):
            yield from (value for value in row if value is not None)


@pytest.mark.parametrize("part", range(PARTS))
def test_B10_every_mail_is_kept_filed_and_shown(acting, as_ana, as_ada, part):
    mails = corpus.mails()[part::PARTS]
    ids, wrong = {}, []
    with acting("ada"):
        mailbox = a_mailbox()
        for sample in mails:
            raw = sample.raw
            inbound = arrives(mailbox, raw)
            ids[sample.path] = inbound.id
            with store().open(inbound.sha256) as content:
                kept = content.read()
            if kept != raw or hashlib.sha256(kept).hexdigest() != inbound.sha256:
                wrong.append((sample.path, "other bytes"))
            if inbound.verdict is Verdict.WAITING:
                wrong.append((sample.path, "no verdict"))
            if inbound.verdict is Verdict.FAILED and inbound.reason.value != "no_sender":
                wrong.append((sample.path, inbound.detail))
        wrong += [("", text[:80]) for text in texts() if not is_clean(text)]
        opened = select(InboundMessage.id, Ticket.ticket_number).join(InboundMessage.ticket)
        filed = db.session.execute(opened.where(InboundMessage.verdict.in_(FILED)))
        numbers = {row.id: row.ticket_number for row in filed}
    for path, inbound_id in ids.items():
        for page in pages(as_ana, as_ada, inbound_id, numbers.get(inbound_id)):
            if page.status >= 500:
                wrong.append((path, page.status))
    tally("mails of other projects filed and shown", len(ids))

    assert wrong == []


def pages(as_ana, as_ada, inbound_id, number):
    """What people see of it."""
    yield as_ada.get(f"/admin/mail/{inbound_id}")
    if number is None:
        return
    shown = as_ana.get(f"/agent/tickets/{number}")
    yield shown
    for original in re.findall(rf'"(/agent/tickets/{number}/[\w/.-]*original[^"#]*)"', shown.html)[:1]:
        yield as_ana.get(original)
