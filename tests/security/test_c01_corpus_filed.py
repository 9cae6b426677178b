"""C01: none of the corpus' bounces, vacation answers and reports is answered by us."""

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.mail.models import OutboxMessage
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.operations import change_status
from tests.security.test_c01_corpus import OF_A_PERSON
from tests.support import corpus
from tests.support.letters import a_mailbox, arrives
from tests.support.tally import tally

MACHINES = {"bounce", "auto-reply", "auto-generated", "feedback-report"}
PARTS = 3


@pytest.mark.parametrize("part", range(PARTS))
def test_C01_no_machine_of_the_corpus_is_answered(work, ticket, ana, part):
    change_status(ticket, to=TicketStatus.CLOSED, by=ana)
    mailbox = a_mailbox()
    before = set(db.session.scalars(select(OutboxMessage.id)))
    mails = [each for each in corpus.mails() if each.label in MACHINES][part::PARTS]
    answered = []
    for sample in mails:
        arrives(mailbox, sample.raw)
        now = set(db.session.scalars(select(OutboxMessage.id)))
        if now != before:
            answered.append(sample.path)
        before = now
    tally("machines of the corpus filed", len(mails))

    assert set(answered) <= OF_A_PERSON
    assert db.session.get_one(Ticket, ticket.id).status is TicketStatus.CLOSED
