"""B05: eight fetchers start together on one mailbox of two hundred mails without Message-ID: two hundred tickets."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core.db import db
from helpdesk.mail.models import AfterFetch, InboundMessage, Verdict
from helpdesk.tickets.models import Comment, Ticket
from tests.support import imap_server
from tests.support.at_once import at_once
from tests.support.fetching import Fetching
from tests.support.imap_server import ImapServer
from tests.support.tally import tally

FETCHERS = 8


def nameless(number: int) -> bytes:
    """A mail without Message-ID."""
    sender = f"From: Person {number} <person{number}@example.com>\r\n"
    return f"{sender}To: support@desk.test\r\nSubject: Question {number}\r\n\r\nWhat about {number}?\r\n".encode()


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with imap_server.running() as running:
        running.put(*(nameless(number) for number in range(200)))
        yield running


def only(imap: ImapServer, count: int) -> None:
    with imap.lock:
        del imap.inbox.messages[count:]


@pytest.mark.parametrize("letting_go, count", [(AfterFetch.MARK, 200), (AfterFetch.DELETE, 50)])
def test_two_hundred_mails_and_eight_fetchers(
    own_app: Flask, imap: ImapServer, letting_go: AfterFetch, count: int
) -> None:
    only(imap, count)
    mailbox = Fetching(own_app, imap, after_fetch=letting_go)

    def look() -> Callable[[], int]:
        watch = mailbox.new_watch()
        return lambda: mailbox.look(watch)

    at_once([look() for _ in range(FETCHERS)])

    assert sorted(mailbox.raws()) == sorted(nameless(number) for number in range(count))
    assert imap.raws() == [] if letting_go is AfterFetch.DELETE else len(imap.raws()) == count
    assert mailbox.look(mailbox.new_watch()) == 0
    tally("mails fetched by eight at once", count)


def test_each_becomes_one_whole_ticket(own_app: Flask, imap: ImapServer) -> None:
    only(imap, 40)
    mailbox = Fetching(own_app, imap)
    at_once([lambda: mailbox.look(mailbox.new_watch()) for _ in range(FETCHERS)])

    run_waiting_jobs(own_app)

    with mailbox.inside():
        verdicts = Counter(db.session.scalars(select(InboundMessage.verdict)))
        whole = select(Ticket.title, Comment.content).join(Comment, Comment.ticket_id == Ticket.id)
        found = sorted(tuple(row) for row in db.session.execute(whole))
    assert verdicts == {Verdict.NEW_TICKET: 40}
    assert found == sorted((f"Question {number}", f"What about {number}?") for number in range(40))
