"""Addresses: claimed, proven, made the first, given up."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.events import AddressConfirmed
from helpdesk.accounts.models import EmailAddress
from helpdesk.accounts.operations.addresses import (
    MOST_CLAIMS,
    NotRemovable,
    address_for,
    claim,
    confirm,
    give_up,
    make_primary,
)
from helpdesk.accounts.operations.finding import known_person, person_with_address
from helpdesk.accounts.operations.registering import AddressTaken, add_customer
from helpdesk.core import events
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict

SECOND = "carl@home.example"


@pytest.fixture
def heard(monkeypatch):
    """What was told about confirmed addresses."""
    told = []
    monkeypatch.setitem(events._subscribers, AddressConfirmed, [told.append])
    return told


def emails(person):
    theirs = select(EmailAddress.email).where(EmailAddress.user_id == person.id)
    return sorted(db.session.scalars(theirs))


def test_a_claim_finds_nobody(work, carl):
    claim(carl, email=SECOND)

    assert known_person(SECOND) is None


def test_who_asks_with_a_claimed_address_is_somebody_else(work, carl):
    claim(carl, email=SECOND)
    found = person_with_address(SECOND, name="Vera")

    assert (found.full_name, found.id == carl.id) == ("Vera", False)
    assert emails(carl) == ["carl@customer.example"]


def test_a_claim_keeps_nobody_from_an_account(work, carl):
    claim(carl, email=SECOND)
    made = add_customer(email=SECOND, full_name="Vera")

    assert (made.user.full_name, made.is_claim) == ("Vera", False)


def test_who_claims_later_claims_alone(work, carl, olga):
    claim(carl, email=SECOND)
    claimed = claim(olga, email=SECOND)

    assert claimed is not None
    assert (emails(carl), claimed.user_id) == (["carl@customer.example"], olga.id)


@pytest.mark.parametrize("email", ["olga@stranger.example", "ANA@desk.example", "carl@customer.example"])
def test_what_is_somebodys_cannot_be_claimed(work, carl, email):
    assert claim(carl, email=email) is None


def test_claiming_again_is_the_same_claim(work, carl):
    assert claim(carl, email=SECOND) is claim(carl, email=SECOND.upper())


def test_so_many_claims_wait_at_once(work, carl):
    claimed = [claim(carl, email=f"carl{number}@home.example") for number in range(MOST_CLAIMS + 1)]

    assert [each is not None for each in claimed] == [True] * MOST_CLAIMS + [False]


def test_a_proven_one_is_theirs_and_told_once(work, carl, heard):
    claimed = claim(carl, email=SECOND)
    confirm(claimed)
    confirm(claimed)

    assert known_person(SECOND) is carl
    assert [(each.person.id, each.address.email) for each in heard] == [(carl.id, SECOND)]
    with pytest.raises(AddressTaken):
        add_customer(email=SECOND, full_name="Vera")


def test_the_first_is_one_and_proven(work, carl):
    claimed = claim(carl, email=SECOND)
    with pytest.raises(Conflict):
        make_primary(claimed)
    confirm(claimed)
    make_primary(claimed)
    db.session.refresh(carl)

    assert carl.email == SECOND


def test_the_first_stays(work, carl):
    with pytest.raises(NotRemovable):
        give_up(address_for("carl@customer.example"))
