"""Passkeys: where they belong, what is taken of them, and what is not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.identity.jobs import forget_old
from helpdesk.identity.models import SessionStage, SignInMethod, SignInSession
from helpdesk.identity.operations.own_factors import drop_passkey, enrol_passkey
from helpdesk.identity.operations.passkeys import (
    MOST,
    ask_for_known,
    ask_for_new,
    passkeys_of,
    take_answer,
)
from helpdesk.identity.operations.second_factors import factors_of
from helpdesk.identity.operations.second_proofs import sign_in_by_passkey
from helpdesk.identity.passkeys import BadPasskey, Desk, desk_of
from helpdesk.identity.second_factors import Passkey, SpentChallenge
from tests.support.sessions import start_session
from tests.support.soft_passkey import SoftPasskey

DESK = Desk(host="desk.example", origin="https://desk.example", name="Desk")


def add(person: User, key: SoftPasskey, *, name: str = "Laptop") -> list[str]:
    asked = ask_for_new(person, DESK)
    return enrol_passkey(
        person,
        name=name,
        answer=key.make(asked.options),
        challenge=asked.challenge,
        desk=DESK,
        session=start_session(person),
    )


@pytest.mark.parametrize(
    "address, origin",
    [
        ("https://desk.example", "https://desk.example"),
        ("https://Desk.Example:8443/help/", "https://desk.example:8443"),
        ("https://desk.example:443", "https://desk.example"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://desk.example", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::7]", None),
        ("http://127.0.0.1:8000", None),
        ("", None),
    ],
)
def test_passkeys_belong_to_a_name_behind_tls(address, origin):
    found = desk_of(address, name="Desk")

    assert (found and found.origin) == origin


def test_the_first_passkey_brings_recovery_codes_the_second_none(carl):
    assert len(add(carl, SoftPasskey())) == 10
    assert add(carl, SoftPasskey(), name="Blue key") == []

    assert [each.name for each in passkeys_of(carl)] == ["Laptop", "Blue key"]
    assert len({each.user_handle for each in passkeys_of(carl)}) == 1
    assert [each.transports for each in passkeys_of(carl)] == [["internal"]] * 2
    assert factors_of(carl).passkeys == 2


def test_known_keys_are_not_offered_again(carl):
    key = SoftPasskey()
    add(carl, key)

    assert len(ask_for_new(carl, DESK).options["excludeCredentials"]) == 1
    with pytest.raises(BadPasskey):
        add(carl, key)


def test_the_handle_of_a_person_says_nothing_of_them(carl):
    handle = ask_for_new(carl, DESK).options["user"]["id"]

    assert len(handle) == 43
    assert ask_for_new(carl, DESK).options["user"]["id"] != handle


def test_a_passkey_alone_signs_in_whole(carl):
    key = SoftPasskey()
    add(carl, key)
    asked = ask_for_known(DESK, of=None)

    signed_in = sign_in_by_passkey(key.sign(asked.options), challenge=asked.challenge, desk=DESK)

    assert asked.options["userVerification"] == "required"
    assert not asked.options.get("allowCredentials")
    assert (signed_in.person, signed_in.stage) == (carl, SessionStage.FULL)
    session = db.session.scalars(select(SignInSession).order_by(SignInSession.id.desc())).first()
    assert session.method is SignInMethod.PASSKEY
    assert session.factor_proven_at is not None


LIES: dict[str, Callable[[SoftPasskey], object]] = {
    "another site": lambda key: setattr(key, "origin", "https://desk.example.evil.example"),
    "another port": lambda key: setattr(key, "origin", "https://desk.example:8443"),
    "without TLS": lambda key: setattr(key, "origin", "http://desk.example"),
    "another relying party": lambda key: setattr(key, "host", "evil.example"),
    "its owner not verified": lambda key: setattr(key, "verifies", False),
    "another owner's handle": lambda key: setattr(key, "user_handle", b"x" * 32),
    "an unknown key": lambda key: setattr(key, "credential_id", b"x" * 32),
    "signed by another key": lambda key: setattr(key, "key", SoftPasskey().key),
    "a count that goes back": lambda key: setattr(key, "signed", -1),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_what_is_not_right_signs_nobody_in(carl, lie):
    key = SoftPasskey()
    add(carl, key)
    asked = ask_for_known(DESK, of=None)
    key.signed = 1
    sign_in_by_passkey(key.sign(asked.options), challenge=asked.challenge, desk=DESK)
    again = ask_for_known(DESK, of=None)
    lie(key)

    with pytest.raises(BadPasskey):
        sign_in_by_passkey(key.sign(again.options), challenge=again.challenge, desk=DESK)


def test_an_answer_is_taken_once(carl):
    key = SoftPasskey(counts=False)
    add(carl, key)
    asked = ask_for_known(DESK, of=carl)
    answer = key.sign(asked.options)
    take_answer(answer, challenge=asked.challenge, desk=DESK, of=carl)

    with pytest.raises(BadPasskey):
        take_answer(answer, challenge=asked.challenge, desk=DESK, of=carl)


def test_an_answer_to_another_or_an_old_question_is_none(carl):
    key = SoftPasskey()
    add(carl, key)
    asked, other = ask_for_known(DESK, of=carl), ask_for_known(DESK, of=carl)

    with pytest.raises(BadPasskey):
        take_answer(key.sign(asked.options), challenge=other.challenge, desk=DESK, of=carl)
    with clock.freeze(clock.now() + timedelta(minutes=11)), pytest.raises(BadPasskey):
        take_answer(key.sign(asked.options), challenge=asked.challenge, desk=DESK, of=carl)


def test_as_a_second_factor_it_has_to_be_ones_own(carl, cora):
    key = SoftPasskey(verifies=False)
    add(cora, key)
    asked = ask_for_known(DESK, of=carl)

    with pytest.raises(BadPasskey):
        take_answer(key.sign(asked.options), challenge=asked.challenge, desk=DESK, of=carl)
    asked = ask_for_known(DESK, of=cora)
    assert (
        take_answer(key.sign(asked.options), challenge=asked.challenge, desk=DESK, of=cora).user_id == cora.id
    )


def test_who_may_not_sign_in_does_not_by_a_passkey(carl):
    key = SoftPasskey()
    add(carl, key)
    carl.is_active = False
    db.session.flush()
    asked = ask_for_known(DESK, of=None)

    with pytest.raises(BadPasskey):
        sign_in_by_passkey(key.sign(asked.options), challenge=asked.challenge, desk=DESK)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{}",
        "[]",
        "null",
        "x",
        '{"rawId": 7, "response": {}}',
        '{"response": "x"}',
        "[" * 5000,
        "{" * 70_000,
    ],
    ids=lambda answer: answer[:20],
)
def test_what_no_passkey_said_is_refused_in_one_sentence(carl, answer):
    asked = ask_for_known(DESK, of=None)

    with pytest.raises(BadPasskey):
        sign_in_by_passkey(answer, challenge=asked.challenge, desk=DESK)
    with pytest.raises(BadPasskey):
        enrol_passkey(carl, name="x", answer=answer, challenge=asked.challenge, desk=DESK, session="")


def test_there_is_an_end_to_them(carl, monkeypatch):
    monkeypatch.setattr("helpdesk.identity.operations.passkeys.MOST", 1)
    add(carl, SoftPasskey())

    assert MOST == 20
    with pytest.raises(Conflict):
        add(carl, SoftPasskey())


def test_nobody_removes_anothers(carl, cora):
    add(cora, SoftPasskey())
    theirs = db.session.scalars(select(Passkey)).one()

    assert not drop_passkey(carl, handle=theirs.handle, session="")
    assert drop_passkey(cora, handle=theirs.handle, session="")
    assert factors_of(cora).recovery_left == 0


def test_spent_challenges_are_forgotten_when_they_are_old(carl):
    add(carl, SoftPasskey())
    assert len(db.session.scalars(select(SpentChallenge)).all()) == 1

    with clock.freeze(clock.now() + timedelta(hours=1)):
        forget_old()

    assert db.session.scalars(select(SpentChallenge)).all() == []
