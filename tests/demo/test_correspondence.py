"""The demo desk's mail: nothing is fetched or sent, and every mail that is listed has its bytes."""

from collections import Counter
from email import policy
from email.parser import BytesParser

from sqlalchemy import func, select

from helpdesk.audit.models import AuditLog
from helpdesk.database.roles import owner_engine
from helpdesk.demo import generate
from helpdesk.mail.models import BlockedSender, InboundMessage, Mailbox, Verdict
from helpdesk.tickets.models import Comment, Ticket
from tests.demo.conftest import NOW, PASSWORD, filled


def test_no_mailbox_of_it_reaches_a_server(made):
    reaching = select(Mailbox).where(
        Mailbox.is_active, Mailbox.imap_host.is_not(None) | Mailbox.smtp_host.is_not(None)
    )

    assert made.connection.execute(reaching).all() == []
    assert made.connection.scalar(select(func.count()).select_from(Mailbox)) == 2


def test_there_is_a_mail_for_most_verdicts_and_its_bytes_say_what_its_row_says(made):
    rows = made.connection.execute(select(InboundMessage)).all()

    verdicts = Counter(row.verdict for row in rows)
    assert {Verdict.NEW_TICKET, Verdict.QUARANTINED, Verdict.SUSPENDED, Verdict.IGNORED} == set(verdicts)
    for row in rows:
        with made.store.open(row.sha256) as content:
            mail = BytesParser(policy=policy.default).parse(content)
        assert (mail["Subject"], row.sender in mail["From"]) == (row.subject, True)


def test_mails_that_became_tickets_are_those_of_their_openings(made):
    pairs = (
        select(InboundMessage.subject, Ticket.title, Ticket.via)
        .join(Comment, Comment.id == InboundMessage.comment_id)
        .join(Ticket, (Ticket.id == InboundMessage.ticket_id) & (Ticket.id == Comment.ticket_id))
        .where(Comment.is_opening)
    )
    found = made.connection.execute(pairs).all()

    assert len(found) == 5
    assert all(row.subject == row.title and row.via == "mail" for row in found)


def test_the_trail_knows_who_made_them(made):
    told = select(AuditLog.table_name, func.count()).where(
        AuditLog.table_name.in_(("mailboxes", "blocked_senders"))
    )
    rows = made.connection.execute(told.group_by(AuditLog.table_name)).all()

    assert sorted(map(tuple, rows)) == [("blocked_senders", 1), ("mailboxes", 2)]


def test_a_second_demo_leaves_them_as_they_are(empty):
    config = empty()
    with filled(config, tickets=30) as first:
        engine = owner_engine(config)
        with engine.begin() as connection:
            generate(connection, tickets=30, seed=12, password=PASSWORD, now=NOW, store=first.store)
        with engine.connect() as connection:
            counts = [
                connection.scalar(select(func.count()).select_from(table))
                for table in (Mailbox, BlockedSender)
            ]

    assert counts == [2, 1]
