"""Where the words of a search stand in a ticket: its latest messages are looked through, however long it is."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.tickets import headlines
from helpdesk.tickets.headlines import beginnings, marked_message
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import answer, note, open_ticket


def place_of(work: Session, ticket: Ticket, reader: User, *words: str) -> Any:
    work.flush()
    found = work.scalar(select(marked_message(beginnings(words), reader)).where(Ticket.id == ticket.id))
    return found and found["words"].replace(headlines.BEGIN, "<").replace(headlines.END, ">")


@pytest.fixture
def walrus(carl: User) -> Ticket:
    return open_ticket(requester=carl, by=carl, title="An animal", description="A walrus is in the cellar.")


def test_the_place_is_looked_for_in_the_latest_messages(
    work: Session, walrus: Ticket, ana: User, carl: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(headlines, "LATEST", 2)
    answer(walrus, by=carl, content="It eats the fish.")

    assert place_of(work, walrus, ana, "walrus") == "A <walrus> is in the cellar."

    answer(walrus, by=carl, content="It sings.")

    assert place_of(work, walrus, ana, "walrus") is None
    assert place_of(work, walrus, ana, "walrus", "fish") == "It eats the <fish>."


def test_notes_take_no_place_of_what_a_customer_reads(
    work: Session, walrus: Ticket, ana: User, carl: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(headlines, "LATEST", 1)
    note(walrus, by=ana, content="A fish would lead it out.")

    assert place_of(work, walrus, ana, "walrus") is None
    assert place_of(work, walrus, carl, "walrus") == "A <walrus> is in the cellar."
    assert place_of(work, walrus, carl, "fish") is None
