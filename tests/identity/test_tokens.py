"""One-time tokens: good once, for one purpose and person, for a while."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.core import clock, current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.errors import Gone
from helpdesk.core.tokens import digest
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.identity.operations.choosing_passwords import choose_password
from helpdesk.identity.operations.tokens import LIFETIMES, find, mint, revoke, use
from tests.conftest import person_named

RESET = TokenPurpose.RESET_PASSWORD
PASSWORD = "a new long sentence"


def address_of(person):
    return db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()


@pytest.fixture
def token(carl):
    return mint(RESET, person=carl, address=address_of(carl))


def test_it_leads_to_its_person(token, carl):
    found = find(token, purpose=RESET)

    assert (found.user, found.address.email) == (carl, "carl@customer.example")


def test_looking_harms_nothing(token, carl):
    for _ in range(3):
        find(token, purpose=RESET)

    assert use(token, purpose=RESET).user is carl


def test_it_is_long_random_and_stored_as_a_digest(token, carl):
    tokens = {mint(RESET, person=carl) for _ in range(50)}
    stored = set(db.session.scalars(select(OneTimeToken.token_hash)))

    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 43  # 256 bits
    assert digest(token) in stored
    assert token not in stored


def test_it_is_good_once(token):
    use(token, purpose=RESET)

    with pytest.raises(Gone):
        use(token, purpose=RESET)


@pytest.mark.parametrize("purpose", TokenPurpose)
def test_it_expires(carl, purpose):
    person = None if purpose is TokenPurpose.SET_UP else carl
    token = mint(purpose, person=person)
    minted = clock.now()

    with clock.freeze(minted + LIFETIMES[purpose] - timedelta(minutes=1)):
        assert find(token, purpose=purpose)
    with clock.freeze(minted + LIFETIMES[purpose] + timedelta(minutes=1)), pytest.raises(Gone):
        find(token, purpose=purpose)


@pytest.mark.parametrize("minted", TokenPurpose)
@pytest.mark.parametrize("asked", TokenPurpose)
def test_it_works_for_its_purpose_only(carl, minted, asked):
    token = mint(minted, person=None if minted is TokenPurpose.SET_UP else carl)

    if minted is asked:
        assert use(token, purpose=asked)
    else:
        with pytest.raises(Gone):
            use(token, purpose=asked)


def test_it_ends_with_the_account(token, carl):
    carl.is_active = False
    db.session.flush()

    with pytest.raises(Gone):
        find(token, purpose=RESET)


def test_it_ends_when_the_address_belongs_to_somebody_else(token, carl, olga):
    address_of(carl).is_primary = False
    db.session.flush()
    address_of(carl).user_id = olga.id
    db.session.flush()

    with pytest.raises(Gone):
        find(token, purpose=RESET)


def test_a_new_password_ends_all_others(token, carl):
    others = [mint(purpose, person=carl, address=address_of(carl)) for purpose in TokenPurpose]
    choose_password(token, purpose=RESET, password=PASSWORD)

    for purpose, other in zip(TokenPurpose, others, strict=True):
        with pytest.raises(Gone):
            find(other, purpose=purpose)


def test_revoking_leaves_other_people_alone(token, carl, olga):
    hers = mint(RESET, person=olga)
    revoke(carl)

    assert find(hers, purpose=RESET).user is olga
    with pytest.raises(Gone):
        find(token, purpose=RESET)


def test_of_twenty_at_once_one_wins(own_app, at_once):
    with own_app.app_context(), current.entering(Via.CLI), unit_of_work():
        token = mint(RESET, person=person_named("carl"))

    answers = at_once(20, ["203.0.113.7"], lambda: use(token, purpose=RESET).id)

    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert {type(answer) for answer in answers} == {int, Gone}
