"""H09: each event of signing in is exactly one record: who, from where, in which request."""

import pytest
from sqlalchemy import select

from helpdesk.audit.models import AccessKind, AccessLog
from helpdesk.core.db import db
from helpdesk.settings.catalogue import change_settings
from tests.conftest import person_named
from tests.support.cast import PASSWORD, PEOPLE
from tests.support.factors import give_app
from tests.support.tally import tally

ANA = PEOPLE["ana"]


@pytest.fixture
def records(acting):
    """Kind and whose, of everything that was recorded."""

    def found():
        with acting("ada"):
            names = {person_named(name).id: name for name in PEOPLE}
            rows = db.session.scalars(select(AccessLog).order_by(AccessLog.id)).all()
            assert all(row.request_id and row.ip for row in rows)
            tally("events of signing in that left one record", len(rows))
            return [(row.kind, names.get(row.user_id), row.detail) for row in rows]

    return found


def sign_in(browser, email, password):
    return browser.post("/login", {"email": email, "password": password})


def test_coming_in_and_leaving(as_nobody, records):
    assert sign_in(as_nobody, ANA, PASSWORD).status == 303
    assert as_nobody.post("/logout").status == 303

    assert records() == [(AccessKind.SIGNED_IN, "ana", "password"), (AccessKind.SIGNED_OUT, "ana", "")]


def test_a_wrong_password_is_one_record_of_the_account_without_what_was_typed(as_nobody, records):
    assert sign_in(as_nobody, ANA, "not this one at all").status == 422

    assert records() == [(AccessKind.SIGN_IN_FAILED, "ana", "")]


def test_an_address_nobody_has_is_kept_as_it_was_typed(as_nobody, records):
    sign_in(as_nobody, "eve@nowhere.example", "not this one at all")

    assert records() == [(AccessKind.SIGN_IN_FAILED, None, "eve@nowhere.example")]


def test_a_password_in_the_wrong_field_is_kept_nowhere(as_nobody, records):
    sign_in(as_nobody, "correct horse battery staple", PASSWORD)

    assert all("horse" not in detail for _kind, _who, detail in records())


def test_each_of_several_tries_is_one(as_nobody, records):
    for _again in range(3):
        sign_in(as_nobody, ANA, "not this one at all")
    sign_in(as_nobody, ANA, PASSWORD)

    assert [kind for kind, _who, _detail in records()] == [AccessKind.SIGN_IN_FAILED] * 3 + [
        AccessKind.SIGNED_IN
    ]


def test_a_desk_that_wants_none_keeps_none(as_nobody, acting, records):
    with acting("ada"):
        change_settings(records_sign_ins=False)
    sign_in(as_nobody, ANA, "not this one at all")
    sign_in(as_nobody, ANA, PASSWORD)

    assert records() == []


def test_a_fresh_proof_and_a_wrong_one_are_one_record_each(as_ana, records):
    as_ana.post("/confirm", {"password": "not this one at all", "next": "/"})
    as_ana.post("/confirm", {"password": PASSWORD, "next": "/"})

    assert records() == [(AccessKind.PROOF_FAILED, "ana", ""), (AccessKind.PROVEN, "ana", "")]


NO_PASSKEY = {"answer": '{"rawId": "AAAA", "response": {}}'}


def test_an_answer_no_passkey_gave_is_one_record(as_nobody, as_ana, browser, acting, records):
    """Whose it was meant to be is known where the first proof had said it."""
    with acting("ana") as ana:
        give_app(ana)
        change_settings(base_url="http://localhost")
    half_way = browser()
    sign_in(half_way, ANA, PASSWORD)
    for who, challenge, door in (
        (as_nobody, "/login/passkey/challenge", "/login/passkey"),
        (half_way, "/login/second-factor/challenge", "/login/second-factor/passkey"),
        (as_ana, "/second-factor/challenge", "/second-factor/passkey"),
    ):
        assert who.post(challenge).status == 200
        assert who.post(door, NO_PASSKEY).status == 422

    assert records() == [
        (AccessKind.SIGN_IN_FAILED, None, "passkey"),
        (AccessKind.SECOND_FACTOR_FAILED, "ana", "passkey"),
        (AccessKind.PROOF_FAILED, "ana", "passkey"),
    ]
