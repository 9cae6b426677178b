"""What is offered while somebody types: the newest first, however old they are."""

import pytest

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets import suggestions
from helpdesk.tickets.operations import open_ticket


@pytest.fixture
def only_one_is_read(monkeypatch):
    """Of the newest: what else is offered comes from the index."""
    monkeypatch.setattr(suggestions, "NEWEST", 1)
    suggestions._statement.cache_clear()
    yield
    suggestions._statement.cache_clear()


def offered(typed, person):
    found = suggestions.suggestions(typed, None, person)
    return [row.name for row in db.session.execute(*found) if row.kind == "ticket"]


@pytest.mark.parametrize(
    "lately, shown",
    [
        (6, ["The trombone 6", "The trombone 5", "The trombone 4", "The trombone 3", "The trombone 2"]),
        (1, ["The trombone 1", "The trombone 0", "The old trombone"]),
        (0, ["The trombone 0", "The old trombone"]),
    ],
)
def test_the_newest_are_offered_of_lately_and_of_old(work, ana, carl, only_one_is_read, lately, shown):
    with clock.freeze(clock.now() - 2 * suggestions.LATELY):
        open_ticket(requester=carl, by=carl, title="The old trombone", description="x")
    for number in range(lately + 1):
        open_ticket(requester=carl, by=carl, title=f"The trombone {number}", description="x")

    assert offered("tromb", ana) == shown
