"""A fresh proof: what counts, what is counted, and what follows."""

import pytest
from sqlalchemy import select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Refused, TooMany
from helpdesk.core.tokens import digest
from helpdesk.identity.models import SignInSession
from helpdesk.identity.operations.proving import NoProof, prove
from tests.support.cast import PASSWORD
from tests.support.sessions import start_session


@pytest.fixture
def session_of_carl(work, carl):
    secret = start_session(carl)
    return db.session.scalars(select(SignInSession).where(SignInSession.token_hash == digest(secret))).one()


def test_a_proof_is_fresh_and_comes_with_another_secret(session_of_carl, carl):
    before, begun = session_of_carl.token_hash, session_of_carl.proven_at
    secret = prove(session_of_carl, carl, password=PASSWORD)

    assert session_of_carl.token_hash == digest(secret) != before
    assert session_of_carl.proven_at > begun


def test_guesses_count_as_tries_to_sign_in(session_of_carl, carl):
    for each in range(5):
        with pytest.raises(NoProof):
            prove(session_of_carl, carl, password=f"guess number {each}")

    with pytest.raises(TooMany):
        prove(session_of_carl, carl, password=PASSWORD)


def test_who_looks_with_somebody_elses_eyes_proves_nothing(session_of_carl, carl, ada):
    session_of_carl.impersonator_id = ada.id

    with pytest.raises(Refused):
        prove(session_of_carl, carl, password=PASSWORD)


def test_without_a_password_none_is_right(session_of_carl, carl):
    carl.password_hash = None

    with pytest.raises(NoProof):
        prove(session_of_carl, carl, password="")


def test_the_moment_is_that_of_the_clock(session_of_carl, carl):
    moment = clock.now()
    with clock.freeze(moment):
        prove(session_of_carl, carl, password=PASSWORD)

    assert session_of_carl.proven_at == moment
