"""Who gets in with a password, and what it costs everybody else."""

import time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.core.db import db
from helpdesk.core.errors import Gone
from helpdesk.identity import passwords
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.signing_in import NoMatch, sign_in, sign_in_by_link
from helpdesk.identity.operations.tokens import find, mint
from helpdesk.identity.passwords import needs_rehash
from tests.support.cast import PASSWORD

CARL = "carl@customer.example"


def address_of(person):
    return db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()


def test_the_right_password_signs_in(carl):
    assert sign_in(email=CARL, password=PASSWORD).person is carl


@pytest.mark.parametrize("typed", ["", " ", PASSWORD.upper(), PASSWORD + " ", "p" * 257])
def test_no_other_does(work, typed):
    with pytest.raises(NoMatch):
        sign_in(email=CARL, password=typed)


@pytest.mark.parametrize(
    "typed", ["", "nobody@nowhere.example", "carl", "%", "*", "carl@customer.example'--"]
)
def test_no_other_address_does(work, typed):
    with pytest.raises(NoMatch):
        sign_in(email=typed, password=PASSWORD)


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"password_hash": None}, {"anonymised_at": "now"}],
    ids=lambda each: next(iter(each)),
)
def test_an_account_that_is_closed_opens_for_nobody(carl, change):
    for name, value in change.items():
        setattr(carl, name, address_of(carl).verified_at if value == "now" else value)

    with pytest.raises(NoMatch):
        sign_in(email=CARL, password=PASSWORD)


def test_an_unproven_address_opens_nothing(carl):
    address_of(carl).verified_at = None

    with pytest.raises(NoMatch):
        sign_in(email=CARL, password=PASSWORD)


def test_a_second_address_opens_only_beside_a_proven_first(carl):
    first = address_of(carl)
    db.session.add(
        EmailAddress(
            user_id=carl.id, email="c@home.example", email_key="c@home.example", is_primary=False,
            verified_at=first.verified_at,
        )
    )  # fmt: skip
    db.session.flush()
    assert sign_in(email="c@home.example", password=PASSWORD).person is carl

    first.verified_at = None
    with pytest.raises(NoMatch):
        sign_in(email="c@home.example", password=PASSWORD)


def test_an_old_hash_is_made_anew(carl):
    carl.password_hash = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    assert needs_rehash(carl.password_hash)

    sign_in(email=CARL, password=PASSWORD)

    assert not needs_rehash(carl.password_hash)
    assert sign_in(email=CARL, password=PASSWORD).person is carl


def test_unknown_people_cost_as_much_work(work, monkeypatch):
    verified = []
    real = passwords._hasher.verify

    class Counting:
        hash = staticmethod(passwords._hasher.hash)

        def verify(self, stored, text):
            verified.append(stored.rsplit("$", 2)[0])
            return real(stored, text)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    for email in (CARL, "nobody@nowhere.example"):
        with pytest.raises(NoMatch):
            sign_in(email=email, password="wrong, alas")

    assert len(verified) == 2
    assert verified[0] == verified[1]  # the same parameters


def test_megabytes_of_password_are_not_hashed(work):
    start = time.perf_counter()
    with pytest.raises(NoMatch):
        sign_in(email=CARL, password="p" * 10_000_000)

    assert time.perf_counter() - start < 0.05


def test_a_link_ends_the_other_links(carl):
    first, second = (mint(TokenPurpose.MAGIC_LINK, person=carl, address=address_of(carl)) for _ in range(2))

    assert sign_in_by_link(first).person is carl
    with pytest.raises(Gone):
        find(second, purpose=TokenPurpose.MAGIC_LINK)
