"""E02: a file is reached only through a request its reader may see, and no longer than they may see it."""

import io
import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Organization, Sharing
from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment, Ticket
from helpdesk.tickets.operations import delete, restore
from tests.conftest import person_named
from tests.security.conftest import filenames


@pytest.fixture
def files(world, acting):
    """Every file of the world: its name and its address."""
    with acting("ana"):
        found = db.session.execute(select(Attachment.filename, Attachment.public_id)).all()
        return {filename: f"/files/{public_id}" for filename, public_id in found}


def reachable(browser, files):
    return sorted(name for name, address in files.items() if browser.get(address).status == 200)


@pytest.mark.parametrize(
    "name, requests",
    [("carl", ("own", "invited")), ("cora", ("colleague",)), ("olga", ("invited", "stranger"))],
)
def test_customers_fetch_the_files_of_public_messages_they_see(browser, files, name, requests):
    assert reachable(browser(name), files) == filenames(*requests)


def test_staff_fetch_all_but_those_of_deleted_requests(as_ana, files):
    assert reachable(as_ana, files) == sorted(name for name in files if not name.startswith("deleted"))


def test_nobody_fetches_anything(as_nobody, files):
    answers = [as_nobody.get(address) for address in files.values()]

    assert {answer.status for answer in answers} == {303}
    assert not any(answer.response.data.startswith(b"own") for answer in answers)


def test_addresses_are_drawn_by_chance(files):
    drawn = [address.removeprefix("/files/") for address in files.values()]

    assert len(set(drawn)) == len(drawn) == 20
    assert all(re.fullmatch(r"[\w-]{22}", each) for each in drawn)  # 128 bits


@pytest.mark.parametrize("guess", ["1", "0", "-1", "..%2f..%2fetc%2fpasswd", "*", "%25", "x" * 5000])
def test_no_other_address_leads_to_a_file(as_carl, files, guess):
    assert as_carl.get(f"/files/{guess}").status == 404


@pytest.mark.parametrize(
    "path", ["/files/%00", "/portal/tickets/HD-1%00", "/portal/tickets?after=%00", "/%00"]
)
def test_an_address_no_text_can_hold_is_no_mishap_of_ours(as_carl, path):
    assert as_carl.get(path).status == 400


def test_neither_number_nor_digest_is_an_address(as_carl, files, acting):
    with acting("ana"):
        own = db.session.scalars(select(Attachment).where(Attachment.filename == "own question.txt")).one()
        guesses = [own.id, own.sha256, own.filename, own.public_id.swapcase()]

    assert {as_carl.get(f"/files/{guess}").status for guess in guesses} == {404}


def test_who_no_longer_takes_part_no_longer_fetches(as_carl, files, acting):
    address = files["invited answer.txt"]
    assert as_carl.get(address).status == 200

    with acting("ana"):
        ticket = db.session.scalars(select(Ticket).where(Ticket.title == "invited")).one()
        db.session.refresh(ticket, ["participants"])
        ticket.participants = []

    assert as_carl.get(address).status == 404


def test_what_is_no_longer_shared_is_no_longer_fetched(as_carl, files, acting):
    address, statuses = files["colleague question.txt"], []
    for sharing in (Sharing.EVERYONE, Sharing.MANAGERS, Sharing.EVERYONE, Sharing.NONE):
        with acting("ada"):
            db.session.scalars(select(Organization)).one().sharing = sharing
        statuses.append(as_carl.get(address).status)

    assert statuses == [200, 404, 200, 404]


def test_a_deleted_request_takes_its_files_along_and_brings_them_back(browser, files, acting):
    address = files["own question.txt"]
    statuses = []
    for operation in (delete, restore):
        with acting("ada") as ada:
            ticket = db.session.scalars(select(Ticket).where(Ticket.title == "own")).one()
            operation(ticket, by=ada)
        statuses.append([browser(name).get(address).status for name in ("carl", "ana", "olga")])

    assert statuses == [[404, 404, 404], [200, 200, 404]]


def test_a_deactivated_person_fetches_nothing(as_carl, files, acting):
    with acting("ada"):
        person_named("carl").is_active = False

    assert as_carl.get(files["own question.txt"]).status == 303


def test_nobody_adds_a_file_to_anothers_message(as_olga, world, acting):
    with acting("ana"):
        number, before = db.session.execute(
            select(Ticket.ticket_number, Ticket.last_public_at).where(Ticket.title == "own")
        ).one()
    form = {
        "content": "Look.",
        "files": [(io.BytesIO(b"x"), "x.html")],
        "comment_id": "1",
        "public_id": str(uuid4()),
    }

    answer = as_olga.post(f"/portal/tickets/{number}/replies", form)

    assert answer.status == 404
    with acting("ana"):
        assert db.session.scalars(select(Attachment).where(Attachment.filename == "x.html")).all() == []
        assert db.session.scalar(select(Ticket.last_public_at).where(Ticket.title == "own")) == before
