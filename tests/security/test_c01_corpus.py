"""C01 over the mails of other projects: not one that a machine sent is answered or opens a closed ticket again."""

import pytest
from sqlalchemy import func, select

from helpdesk.core.db import db
from helpdesk.mail.models import DeliveryState, OutboxMessage, OutboxRecipient, Verdict
from helpdesk.mail.parsing import parse
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.operations import change_status, reply
from tests.support import corpus
from tests.support.letters import a_mailbox, arrives
from tests.support.tally import tally

MACHINES = {"bounce", "auto-reply", "auto-generated", "feedback-report"}
OF_A_PERSON = {"sisimai-set-of-emails/err/make-test-36.eml"}  # who passes a report on
NEVER_CUSTOMERS = {Verdict.BOUNCE, Verdict.IGNORED, Verdict.NEW_TICKET, Verdict.SUSPENDED, Verdict.FAILED}


def machines():
    """Every mail that its project calls automatic, once."""
    labelled = {each.path: each for each in corpus.samples(*corpus.MAILS) if each.label in MACHINES}
    return [each for path, each in labelled.items() if path not in OF_A_PERSON]


def letters():
    return db.session.scalar(select(func.count()).select_from(OutboxMessage))


@pytest.fixture
def mailbox(work):
    return a_mailbox()


@pytest.fixture
def letter(mailbox, ticket, ana):
    """One that Carl got, of a ticket that is closed since."""
    comment = reply(ticket, by=ana, content="Use water.")
    change_status(ticket, to=TicketStatus.CLOSED, by=ana)
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.comment_id == comment.id)).one()
    db.session.scalars(
        select(OutboxRecipient).where(OutboxRecipient.message_id == message.id)
    ).one().state = DeliveryState.SENT
    db.session.flush()
    return message


def test_C01_no_machine_is_answered_and_nothing_reopens(mailbox, ticket, letter):
    before = letters()
    found = machines()
    verdicts = {each.path: arrives(mailbox, each.raw).verdict for each in found}
    db.session.refresh(ticket)

    tally("mails of machines filed", len(found))
    assert {path: verdict for path, verdict in verdicts.items() if verdict not in NEVER_CUSTOMERS} == {}
    assert letters() == before
    assert ticket.status is TicketStatus.CLOSED
    assert len(found) >= 230


def test_C01_reports_about_our_letter_are_kept_at_it(mailbox, ticket, letter):
    """The same reports, as if the mail that came back had been ours."""
    wrong, told = {}, 0
    for each in machines():
        bounce = parse(each.raw).bounce
        original = bounce.original_message_id.encode() if bounce else b""
        if not original or original not in each.raw:
            continue
        told += 1
        inbound = arrives(mailbox, each.raw.replace(original, letter.message_id.encode()))
        if (inbound.verdict, inbound.ticket_id) != (Verdict.BOUNCE, ticket.id):
            wrong[each.path] = inbound.verdict
    db.session.refresh(ticket)

    tally("reports about our own letter", told)
    assert wrong == {}
    assert told >= 190
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 1
    assert ticket.status is TicketStatus.OPEN
