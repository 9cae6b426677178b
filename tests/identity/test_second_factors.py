"""Second factors: added by a first code, asked once for each step of time, removed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.accounts.events import PeopleMerged, PersonAnonymised
from helpdesk.accounts.models import Role
from helpdesk.audit.models import AuditLog
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict, TooMany
from helpdesk.core.events import publish
from helpdesk.core.tokens import digest
from helpdesk.identity.models import SessionStage, SignInMethod, SignInSession
from helpdesk.identity.operations.authenticators import WrongCode, offer_authenticator
from helpdesk.identity.operations.own_factors import drop_app, enrol_app
from helpdesk.identity.operations.recovery_codes import renew_recovery_codes
from helpdesk.identity.operations.second_factors import check_code, factors_of, remove_factors
from helpdesk.identity.operations.sessions import enter
from helpdesk.identity.queries import Factors, without_second_factor
from helpdesk.identity.second_factors import Authenticator, RecoveryCode
from helpdesk.mail.models import MailPurpose, OutboxMessage
from helpdesk.mail.operations.resealing import SEALED
from tests.support.factors import OTHER_SECRET, code_now, give_app, wrong_code
from tests.support.sessions import start_session


def letters():
    return list(db.session.scalars(select(OutboxMessage.purpose).order_by(OutboxMessage.id)))


def enrolled(person):
    offer, session = offer_authenticator(person), start_session(person)
    return enrol_app(person, sealed=offer.sealed, code=code_now(offer.secret), session=session), session


def test_the_first_factor_brings_ten_codes_and_ends_sessions_without_it(carl):
    elsewhere = start_session(carl)

    codes, session = enrolled(carl)

    assert len(set(codes)) == 10
    assert factors_of(carl) == Factors(totp=True, passkeys=0, recovery_left=10)
    assert db.session.scalars(select(SignInSession.token_hash)).all() == [digest(session)]
    assert digest(elsewhere) != digest(session)
    assert letters() == [MailPurpose.SECOND_FACTOR_ADDED]


def test_the_database_holds_neither_secret_nor_codes(carl):
    codes, _session = enrolled(carl)

    stored = db.session.scalars(select(Authenticator.secret)).one()
    assert stored.startswith("gAAAA")  # Fernet
    assert Authenticator.secret in SEALED
    hashes = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert {each[:9] for each in hashes} == {"$argon2id"}
    assert not any(code in each or code.replace("-", "") in each for each in hashes for code in codes)


def test_a_wrong_first_code_adds_nothing(carl):
    offer = offer_authenticator(carl)

    with pytest.raises(WrongCode):
        enrol_app(carl, sealed=offer.sealed, code=wrong_code(offer.secret), session="")

    assert not factors_of(carl).any


def test_an_offer_is_for_one_person_and_an_hour(carl, cora):
    offer = offer_authenticator(carl)

    with pytest.raises(WrongCode):
        enrol_app(cora, sealed=offer.sealed, code=code_now(offer.secret), session="")
    with clock.freeze(clock.now() + timedelta(hours=2)), pytest.raises(WrongCode):
        enrol_app(carl, sealed=offer.sealed, code=code_now(offer.secret), session="")


def test_there_is_one_app(carl):
    enrolled(carl)

    with pytest.raises(Conflict):
        enrolled(carl)


def test_a_code_is_taken_once_and_none_before_it(carl):
    give_app(carl)

    with clock.freeze(clock.now()):
        assert check_code(carl, code_now())
        assert not check_code(carl, code_now())
        assert not check_code(carl, f" {code_now()[:3]} {code_now()[3:]} ")
        assert not check_code(carl, code_now(steps=-1))
        assert check_code(carl, code_now(steps=1))


def test_a_recovery_code_is_taken_once_in_any_spelling(carl):
    give_app(carl)
    one, two, *_rest = renew_recovery_codes(carl)

    assert check_code(carl, one.upper().replace("-", " "))
    assert not check_code(carl, one)
    assert check_code(carl, two.replace("0", "o").replace("1", "l"))
    assert factors_of(carl).recovery_left == 8


def test_new_codes_end_those_before(carl):
    give_app(carl)
    old = renew_recovery_codes(carl)
    new = renew_recovery_codes(carl)

    assert not check_code(carl, old[0])
    assert check_code(carl, new[0])


def test_codes_of_another_account_are_wrong(carl, cora):
    give_app(carl)
    give_app(cora, secret=OTHER_SECRET)
    codes = renew_recovery_codes(cora)

    assert not check_code(carl, code_now(OTHER_SECRET))
    assert not check_code(carl, codes[0])
    assert factors_of(cora).recovery_left == 10


def test_the_sixth_try_is_refused_even_with_the_right_code(carl):
    give_app(carl)

    with clock.freeze(clock.now()):
        assert [check_code(carl, wrong_code()) for _ in range(5)] == [False] * 5
        with pytest.raises(TooMany):
            check_code(carl, code_now())
    with clock.freeze(clock.now() + timedelta(minutes=16)):
        assert check_code(carl, code_now())


def test_fifty_tries_a_day_from_anywhere(carl, from_network):
    give_app(carl)

    with clock.freeze(clock.now()):
        for number in range(50):
            with from_network(f"198.51.{number}.7"):
                check_code(carl, wrong_code())
        with from_network("203.0.113.7"), pytest.raises(TooMany):
            check_code(carl, code_now())


def test_the_first_proof_brings_half_way_where_there_is_a_factor(carl, cora):
    give_app(carl)

    assert enter(carl, method=SignInMethod.PASSWORD).stage is SessionStage.SECOND_FACTOR
    assert enter(carl, method=SignInMethod.LINK).stage is SessionStage.SECOND_FACTOR
    assert enter(carl, method=SignInMethod.PROVIDER).stage is SessionStage.SECOND_FACTOR
    assert enter(carl, method=SignInMethod.PASSKEY, with_second_factor=True).stage is SessionStage.FULL
    assert enter(cora, method=SignInMethod.PASSWORD).stage is SessionStage.FULL


def test_a_role_that_demands_one_leads_to_setting_it_up(ana, ben):
    db.session.get_one(Role, ana.role_id).needs_second_factor = True
    db.session.flush()
    give_app(ben)

    assert enter(ana, method=SignInMethod.PASSWORD).stage is SessionStage.ENROLMENT
    assert enter(ben, method=SignInMethod.PASSWORD).stage is SessionStage.SECOND_FACTOR


def test_a_half_session_lasts_a_quarter_of_an_hour(carl):
    give_app(carl)
    before = carl.last_login

    with clock.freeze(clock.now()):
        enter(carl, method=SignInMethod.PASSWORD, stays=True)
        half = db.session.scalars(select(SignInSession)).one()
        assert half.expires_at == clock.now() + timedelta(minutes=15)

    assert carl.last_login == before


def test_who_removes_the_last_one_has_no_recovery_codes_left(carl):
    _codes, session = enrolled(carl)
    elsewhere = enter(carl, method=SignInMethod.PASSKEY, with_second_factor=True)

    assert drop_app(carl, session=session)

    assert factors_of(carl) == Factors(totp=False, passkeys=0, recovery_left=0)
    assert digest(elsewhere.secret) not in set(db.session.scalars(select(SignInSession.token_hash)))
    assert letters() == [MailPurpose.SECOND_FACTOR_ADDED, MailPurpose.SECOND_FACTOR_REMOVED]


def test_the_last_one_stays_where_the_role_demands_it(ana):
    give_app(ana)
    db.session.get_one(Role, ana.role_id).needs_second_factor = True
    db.session.flush()

    with pytest.raises(Conflict):
        drop_app(ana, session="")


def test_an_administrator_takes_them_away_and_the_person_is_told(carl, ada):
    enrolled(carl)

    remove_factors(carl, by=ada)

    assert factors_of(carl) == Factors(totp=False, passkeys=0, recovery_left=0)
    assert db.session.scalars(select(SignInSession)).all() == []
    assert letters()[-1] == MailPurpose.SECOND_FACTOR_REMOVED


@pytest.mark.parametrize("event", [PersonAnonymised, PeopleMerged])
def test_who_is_no_more_has_none(carl, cora, ada, event):
    give_app(carl)
    renew_recovery_codes(carl)

    publish(event(carl, ada) if event is PersonAnonymised else event(carl, cora, ada))

    assert factors_of(carl) == Factors(totp=False, passkeys=0, recovery_left=0)


def test_staff_without_a_second_factor_are_found(ana, ben, ada, carl):
    give_app(ben)

    assert list(db.session.scalars(without_second_factor())) == [ada, ana]


def test_the_trail_tells_that_there_is_one_and_no_secret(work, carl):
    codes, _session = enrolled(carl)
    check_code(carl, codes[0])
    work.commit()

    rows = work.scalars(select(AuditLog).where(AuditLog.table_name.in_(("authenticators", "users")))).all()
    told = {(row.table_name, row.action.value): row.changes for row in rows}
    assert told["authenticators", "insert"] == {"user_id": [None, carl.id], "secret": [None, "•••"]}
    assert told["users", "update"]["recovery_codes"] == [0, 9]
