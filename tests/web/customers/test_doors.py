"""Every address of a request: whose it is opens it, a colleague's and a stranger's are 404 as if there were none."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Organization, Sharing
from helpdesk.core.db import db
from helpdesk.tickets.operations import delete
from tests.support.tally import tally

GETS = ("/portal/tickets/{}", "/portal/tickets/{}/print", "/portal/receipts/{}")
POSTS = {
    "/portal/tickets/{}/replies": {"content": "Mine!"},
    "/portal/tickets/{}/closure": {},
    "/portal/tickets/{}/reopening": {},
    "/portal/tickets/{}/participants": {"email": "olga@stranger.example"},
}
WHOSE = ("own", "colleague", "stranger", "deleted", "none")


@pytest.fixture
def numbers(asked, deed):
    owners = {"own": "carl", "colleague": "cora", "stranger": "olga", "deleted": "carl"}
    found = {name: asked(owner) for name, owner in owners.items()}
    deed("ana", delete, found["deleted"])
    return {**found, "none": "HD-99999"}


def knock(browser, number):
    """The status of every door, and where each leads."""
    seen = [browser.get(path.format(number)) for path in GETS]
    seen += [browser.post(path.format(number), form) for path, form in POSTS.items()]
    tally("doors of requests", len(seen))
    return [each.status for each in seen], [each.location or "" for each in seen]


@pytest.mark.parametrize("whose", WHOSE)
def test_a_customer_opens_the_own_ones_alone(as_carl, numbers, whose):
    found, _places = knock(as_carl, numbers[whose])

    assert found == ([200] * 3 + [303] * 4 if whose == "own" else [404] * 7)


def test_where_everyone_shares_a_colleague_reads_and_answers_but_does_not_settle(as_carl, numbers, acting):
    with acting("ada"):
        db.session.scalars(select(Organization)).one().sharing = Sharing.EVERYONE

    found, _places = knock(as_carl, numbers["colleague"])

    assert found == [200, 200, 404, 303, 403, 303, 303]


@pytest.mark.parametrize("whose", WHOSE)
def test_nobody_is_asked_who_they_are(as_nobody, numbers, whose):
    found, places = knock(as_nobody, numbers[whose])

    assert found == [303] * 7
    assert {place.partition("?")[0] for place in places} == {"/login"}


@pytest.mark.parametrize("name", ["ana", "ada"])
def test_staff_have_pages_of_their_own(browser, numbers, name):
    found, places = knock(browser(name), numbers["own"])

    assert found == [303] * 7
    assert all(place.startswith("/agent") for place in places)
