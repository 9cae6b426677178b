"""Several workers file at once: nobody becomes two people, no mail two tickets."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk.accounts.models import EmailAddress
from helpdesk.core import current
from helpdesk.core.current import SYSTEM_USER_ID, Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.mail.models import Door, InboundMessage, Mailbox, Verdict
from helpdesk.mail.operations.filing import file_message
from helpdesk.mail.operations.receiving import receive
from helpdesk.tickets.models import Comment, Ticket
from tests.support.at_once import at_once
from tests.support.letters import a_mailbox, written

WORKERS = 6
WORDS = ("paper", "toner", "smoke", "flames", "water", "ashes", "ruins", "insurance")


@pytest.fixture
def waiting(own_app: Flask) -> list[int]:
    """Mails of somebody new, each answered by themself, all received before the first is filed."""
    ids = []
    with own_app.app_context(), current.entering(Via.CLI, user_id=SYSTEM_USER_ID), unit_of_work():
        mailbox = db.session.get_one(Mailbox, a_mailbox().id)
        for number, word in enumerate(WORDS):
            parts = {"sender": "Nora New <nora@new.example>", "subject": word}
            first = written(**parts, text=f"First {word}", message_id=f"<{number}@new.example>")
            second = written(**parts, text=f"Then {word}", in_reply_to=f"<{number}@new.example>")
            ids += [receive(bytes(letter), mailbox=mailbox, door=Door.IMAP).id for letter in (first, second)]
    return ids


def test_workers_at_once_file_every_mail_once(own_app, waiting):
    def work() -> None:
        """Each of them tries all, and again what was too early."""
        for _ in range(40):
            with own_app.app_context(), current.entering(Via.JOB, user_id=SYSTEM_USER_ID):
                left = db.session.scalars(
                    select(InboundMessage.id).where(InboundMessage.verdict == Verdict.WAITING)
                ).all()
                db.session.rollback()
                for inbound_id in left:
                    with unit_of_work():
                        file_message(db.session.get_one(InboundMessage, inbound_id))
            if not left:
                return

    at_once([work] * WORKERS)

    with own_app.app_context(), current.entering(Via.CLI, user_id=SYSTEM_USER_ID):
        verdicts = Counter(db.session.scalars(select(InboundMessage.verdict)))
        assert verdicts == {Verdict.NEW_TICKET: len(WORDS), Verdict.REPLY: len(WORDS)}
        assert db.session.scalar(select(func.count()).select_from(Ticket)) == len(WORDS)
        assert db.session.scalar(select(func.count()).select_from(Comment)) == 2 * len(WORDS)
        nora = EmailAddress.email_key == "nora@new.example"
        assert db.session.scalar(select(func.count()).where(nora)) == 1
