"""Sessions: how long they last, and what ends them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.accounts.events import PersonDeactivated, RoleChanged
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Refused
from helpdesk.core.events import publish
from helpdesk.core.tokens import digest
from helpdesk.identity.jobs import forget_old
from helpdesk.identity.models import SignInSession, TokenPurpose
from helpdesk.identity.operations import sessions
from helpdesk.identity.operations.sessions import end_session, end_sessions
from helpdesk.identity.operations.tokens import find, mint
from helpdesk.settings.catalogue import change_settings
from tests.support.sessions import start_session


def secrets_left(*secrets):
    known = set(db.session.scalars(select(SignInSession.token_hash)))
    return [digest(secret) in known for secret in secrets]


class OpenDesk:
    is_loopback = False


def test_the_database_holds_a_digest(carl):
    secret = start_session(carl)

    assert db.session.scalars(select(SignInSession.token_hash)).one() == digest(secret)


def test_the_last_sign_in_is_noted(carl):
    with clock.freeze(clock.now()):
        start_session(carl)

        assert carl.last_login == clock.now()


@pytest.mark.parametrize(
    "name, stays, idle", [("carl", False, 12), ("carl", True, 14 * 24), ("ana", False, 12), ("ana", True, 72)]
)
def test_staff_stay_shorter(request, name, stays, idle):
    start_session(request.getfixturevalue(name), stays=stays, user_agent="Firefox " * 100)
    session = db.session.scalars(select(SignInSession)).one()

    assert session.idle_limit == timedelta(hours=idle)
    assert len(session.user_agent) == 300


def test_one_browser_is_signed_out_alone(carl):
    here, there = start_session(carl), start_session(carl)
    end_session(here)

    assert secrets_left(here, there) == [False, True]


def test_everywhere_else_is_everywhere_but_here(carl, olga):
    here, there, hers = start_session(carl), start_session(carl), start_session(olga)
    end_sessions(carl, except_=here)

    assert secrets_left(here, there, hers) == [True, False, True]


def test_deactivating_ends_sessions_and_links(carl, ada):
    secret, token = start_session(carl), mint(TokenPurpose.RESET_PASSWORD, person=carl)
    publish(PersonDeactivated(carl, by=ada))

    assert secrets_left(secret) == [False]
    with pytest.raises(Exception, match="used already"):
        find(token, purpose=TokenPurpose.RESET_PASSWORD)


def test_another_role_ends_sessions_and_keeps_an_invitation(ben, ada):
    secret, token = start_session(ben), mint(TokenPurpose.INVITATION, person=ben)
    publish(RoleChanged(ben, by=ada))

    assert secrets_left(secret) == [False]
    assert find(token, purpose=TokenPurpose.INVITATION)


def test_demo_accounts_are_for_lone_machines(carl, olga, monkeypatch):
    change_settings(demo_user_ids=[carl.id])

    assert start_session(carl)
    monkeypatch.setattr(sessions, "configuration", OpenDesk)
    assert start_session(olga)
    with pytest.raises(Refused, match="This is a demo account"):
        start_session(carl)


def test_what_is_over_is_forgotten(carl):
    brief, long = start_session(carl), start_session(carl, stays=True)
    with clock.freeze(clock.now() + timedelta(days=2)):
        forget_old()
        assert secrets_left(brief, long) == [False, True]
    with clock.freeze(clock.now() + timedelta(days=40)):
        forget_old()
        assert secrets_left(long) == [False]
