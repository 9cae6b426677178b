"""G08: a file made to have more words than PostgreSQL keeps is passed over, and the next one is read."""

import io

import pytest
from sqlalchemy import select

from helpdesk.files.models import Blob
from helpdesk.tickets.extraction import jobs
from helpdesk.tickets.extraction.limits import LONGEST_TEXT
from helpdesk.tickets.models import FileText
from helpdesk.tickets.operations import reply
from helpdesk.tickets.operations.attaching import Upload


def words(each):
    """As many different ones as a text may have."""
    text, number = [], 0
    while sum(map(len, text[-1:])) + number * len(each(0)) < LONGEST_TEXT:
        text.append(each(number))
        number += 1
    return " ".join(text).encode()[:LONGEST_TEXT]


def letters(number):
    return "".join(chr(97 + number // 26**place % 26) for place in range(4))


HOSTILE = {
    "short words": letters,
    "hyphens": lambda n: "-".join(letters(n * 9 + k) for k in range(9)),
    "addresses": lambda n: f"{letters(n)}.io/{letters(n)}",
    "links": lambda n: f"http://{letters(n)}.io/{letters(n)}/{letters(n)}",
    "letters that become several": lambda n: "-".join("㎯" * 3 + letters(n * 3 + k) for k in range(3)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_text_is_too_much(work, ticket, carl, kind):
    reply(ticket, by=carl, content="See", uploads=[Upload("a.txt", io.BytesIO(words(HOSTILE[kind])))])
    reply(ticket, by=carl, content="See", uploads=[Upload("b.txt", io.BytesIO(b"A glockenspiel"))])

    jobs.read_files()

    assert work.scalars(select(Blob.sha256).where(Blob.words_read_at.is_(None))).all() == []
    assert "A glockenspiel" in work.scalars(select(FileText.content)).all()
