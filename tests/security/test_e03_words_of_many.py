"""E03 and E05 in searches of customers' own: whoever has few tickets and whoever has hundreds, whose words are asked of
the indexes of everybody's, finds what is theirs to read and nothing else.
"""

import io
from datetime import UTC, datetime

import pytest

from helpdesk.core.current import DatabaseRole, Via
from helpdesk.core.row_security import switch
from helpdesk.tickets.extraction.operations import keep_text, next_unread, text_of
from helpdesk.tickets.models import TicketPriority, TicketStatus
from helpdesk.tickets.operations import delete, note, open_ticket, reply
from helpdesk.tickets.operations.attaching import Upload
from helpdesk.tickets.operations.bulk import import_tickets
from helpdesk.tickets.queries import tickets_for
from helpdesk.tickets.requests import worded
from tests.support.tally import tally

THEIRS = ("glockenspiel", "xylophone", "marimba", "celesta")
OTHERS = tuple(
    f"canary{name}" for name in ("note", "name", "file", "held", "bin", "title", "said", "scan", "page")
)


def asked_for(person, count):
    at = datetime(2026, 11, 1, tzinfo=UTC)
    row = {
        "title": "Of many",
        "status": TicketStatus.OPEN,
        "priority": TicketPriority.LOW,
        "requester_id": person.id,
        "creator_id": person.id,
        "via": Via.WEB,
        **dict.fromkeys(("created_at", "updated_at", "last_activity_at", "last_public_at"), at),
    }
    import_tickets([row] * count, by=person)


def file(name, words):
    return [Upload(name, io.BytesIO(words.encode()))]


@pytest.mark.parametrize("count", [0, 250])
def test_words_are_found_where_one_may_read_alone(work, carl, olga, ana, ada, count):
    asked_for(carl, count)
    mine = open_ticket(requester=carl, by=carl, title="A glockenspiel", description="d")
    reply(mine, by=carl, content="See the xylophone", uploads=file("marimba.txt", "A celesta"))
    note(mine, by=ana, content="canarynote", uploads=file("canaryname.txt", "A canaryfile"))
    reply(mine, by=ana, content="canaryheld").published_at = None
    binned = open_ticket(requester=carl, by=carl, title="canarybin", description="d")
    delete(binned, by=ada)
    other = open_ticket(requester=olga, by=olga, title="canarytitle", description="canarysaid")
    reply(other, by=olga, content="d", uploads=file("canaryscan.txt", "A canarypage"))
    while (unread := next_unread()) is not None:
        keep_text(unread, text_of(unread))
    work.flush()
    switch(work, role=DatabaseRole.CUSTOMER, user_id=carl.id)

    found = {word: len(work.scalars(worded(tickets_for(carl), word)).all()) for word in (*THEIRS, *OTHERS)}

    assert found == dict.fromkeys(THEIRS, 1) | dict.fromkeys(OTHERS, 0)
    tally("words of others looked for by customers", len(OTHERS))
