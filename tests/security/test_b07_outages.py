"""B07: after an outage all that came meanwhile is there, in order, with its own moments; who has read it or not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection

from helpdesk.core import clock
from tests.support import imap_server
from tests.support.fetching import Fetching
from tests.support.imap_server import ImapServer
from tests.support.mailboxes import numbered_mail
from tests.support.tally import tally

COUNT = 500
AWAY = timedelta(days=7)
BEGINNING = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with imap_server.running() as running:
        yield running


def test_seven_days_away_and_a_third_of_the_mails_read_by_others(
    app: Flask, transaction: Connection, imap: ImapServer
) -> None:
    mailbox = Fetching(app, imap, connected_at=BEGINNING, cut_off_at=BEGINNING)
    with clock.freeze(BEGINNING):
        imap.put(numbered_mail(0), arrived_at=BEGINNING)
        mailbox.look()
    moments = [BEGINNING + AWAY * number / COUNT for number in range(1, COUNT + 1)]
    moments = [moment.replace(microsecond=0) for moment in moments]
    for number, moment in enumerate(moments, start=1):
        imap.put(numbered_mail(number), arrived_at=moment, flags=["\\Seen"] if number % 3 == 0 else [])

    with clock.freeze(BEGINNING + AWAY):
        taken_in = mailbox.look(mailbox.new_watch())

    assert taken_in == COUNT
    assert mailbox.raws() == [numbered_mail(number) for number in range(COUNT + 1)]
    assert [row.arrived_at for row in mailbox.rows()] == [BEGINNING, *moments]
    tally("mails fetched after an outage", COUNT)
