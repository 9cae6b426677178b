"""A07: no header from outside steers anything; see test_a07_mail_door.py for the door of providers."""

from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, Ticket
from tests.support.letters import FROM_OLGA, a_mailbox, arrives, written

CONTROLS = {
    "X-Helpdesk-Owner": "ana@desk.example",
    "X-Helpdesk-Ticket": "{number}",
    "X-Helpdesk-Status": "closed",
    "X-Helpdesk-Sender-Type": "agent",
    "X-Helpdesk-Internal": "no",
    "X-Zammad-Ticket-Number": "{number}",
    "X-Zammad-Ticket-State": "closed",
    "X-Zammad-Ticket-Priority": "3 high",
    "X-Zammad-Article-Sender": "Agent",
    "X-Zammad-Article-Internal": "false",
    "X-Zammad-Ignore": "true",
    "X-OTRS-TicketNumber": "{number}",
    "X-OTRS-Owner": "ana",
    "X-OTRS-State": "closed successful",
    "X-OTRS-Priority": "5 very high",
    "X-OTRS-SenderType": "agent",
    "X-OTRS-IsVisibleForCustomer": "1",
    "X-OTRS-FollowUp-State": "open",
    "X-OTRS-Ignore": "yes",
    "RT-Ticket": "{number}",
    "RT-Owner": "ana@desk.example",
    "RT-Originator": "ana@desk.example",
    "X-RT-Command": "Status: resolved",
    "X-FreeScout-Customer": "carl@customer.example",
    "X-Chatwoot-Conversation": "{number}",
    "X-Redmine-Project": "secret",
    "X-Redmine-Issue-Id": "{number}",
    "X-GitHub-Sender": "ana",
    "X-Discourse-Topic-Id": "{number}",
    "X-Priority": "1",
    "Importance": "high",
    "Sender": "ana@desk.example",
    "X-Sender": "ana@desk.example",
    "Resent-From": "ana@desk.example",
    "X-Original-From": "ana@desk.example",
    "X-Forwarded-For": "127.0.0.1",
}
COMMANDS = "#close\n/assign ana\nStatus: resolved\nOwner: ana\n@helpdesk priority urgent\n\nHello."


def seen(mail):
    ticket = db.session.get_one(Ticket, mail.ticket_id)
    comment = db.session.scalars(select(Comment).where(Comment.ticket_id == ticket.id)).one()
    return {
        "verdict": mail.verdict,
        "status": ticket.status,
        "priority": ticket.priority,
        "assignee": ticket.assignee_id,
        "team": ticket.team_id,
        "requester": ticket.requester_id,
        "author": comment.author_id,
        "is_internal": comment.is_internal,
        "is_published": comment.published_at is not None,
    }


def test_A07_control_headers_change_nothing(work, ticket):
    mailbox = a_mailbox()
    plain = seen(arrives(mailbox, sender=FROM_OLGA, text="Hello."))
    seen_with = {}
    for names in (*([name] for name in CONTROLS), list(CONTROLS)):
        message = written(sender=FROM_OLGA, text=f"Hello {spelled(len(seen_with))}")
        for name in names:
            message[name] = CONTROLS[name].format(number=ticket.ticket_number)
        seen_with[" ".join(names)] = seen(arrives(mailbox, message))

    assert {names: found for names, found in seen_with.items() if found != plain} == {}
    assert len(db.session.scalars(select(Comment.id).where(Comment.ticket_id == ticket.id)).all()) == 1


def spelled(number):
    """Numbers in letters: mails that differ in digits alone look like a loop."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def test_A07_commands_in_the_text_are_words(work):
    mailbox = a_mailbox()
    plain = seen(arrives(mailbox, sender=FROM_OLGA, text="Hello."))

    assert seen(arrives(mailbox, sender=FROM_OLGA, text=COMMANDS)) == plain
