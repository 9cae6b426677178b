"""OAuth2: consent with PKCE, a lasting permission, fresh tokens in time, plain words when it ends."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.audit.models import AuditLog
from helpdesk.core import clock
from helpdesk.core.sealing import seal, unseal
from helpdesk.mail.doors.oauth import (
    NoToken,
    PermissionEnded,
    access_token,
    ask_for_consent,
    ends_soon,
    exchange,
    forget_access,
)
from helpdesk.mail.models import Mailbox, MailboxState, SignIn
from tests.support import token_endpoint
from tests.support.mailboxes import mailbox_of
from tests.support.token_endpoint import TokenEndpoint

CALLBACK = "https://desk.example/admin/mailboxes/permission"


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    with token_endpoint.running() as running:
        yield running


@pytest.fixture
def mailbox(work: Session, ada: User, endpoint: TokenEndpoint) -> Mailbox:
    return mailbox_of(
        sign_in=SignIn.OAUTH2,
        oauth_authorize_url="https://login.example/authorize?tenant=ours",
        oauth_token_url=f"{endpoint.url}/token",
        oauth_scope="mail offline_access",
        oauth_client_id=endpoint.client_id,
        oauth_client_secret=seal(endpoint.client_secret),
    )


@pytest.fixture
def permitted(mailbox: Mailbox, endpoint: TokenEndpoint) -> Mailbox:
    mailbox.oauth_refresh_token = seal(endpoint.refresh_token)
    return mailbox


def test_consent_is_asked_for_with_a_proof_that_only_we_can_give(mailbox: Mailbox) -> None:
    consent = ask_for_consent(mailbox, redirect_uri=CALLBACK)

    url = urlsplit(consent.url)
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert (url.hostname, asked.pop("tenant")) == ("login.example", "ours")
    assert asked == {
        "response_type": "code",
        "client_id": "desk",
        "redirect_uri": CALLBACK,
        "scope": "mail offline_access",
        "state": consent.state,
        "code_challenge": create_s256_code_challenge(consent.code_verifier),
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
        "login_hint": "support@desk.test",
    }


def test_the_code_brings_a_lasting_permission_and_the_trail_knows(
    work: Session, mailbox: Mailbox, endpoint: TokenEndpoint
) -> None:
    exchange(mailbox, code=endpoint.code, code_verifier="v" * 43, redirect_uri=CALLBACK)
    work.commit()

    assert unseal(str(mailbox.oauth_refresh_token)) == endpoint.refresh_token
    assert access_token(mailbox) in endpoint.access_tokens
    assert endpoint.granted == ["authorization_code"]
    told = work.scalars(
        select(AuditLog.changes)
        .where(AuditLog.table_name == "mailboxes")
        .order_by(AuditLog.id.desc())
        .limit(1)
    ).one()
    assert "oauth_refresh_token" in told
    assert endpoint.refresh_token not in str(told)


def test_a_wrong_code_is_refused_in_the_providers_words(mailbox: Mailbox) -> None:
    with pytest.raises(PermissionEnded, match="invalid_grant"):
        exchange(mailbox, code="another", code_verifier="v" * 43, redirect_uri=CALLBACK)


def test_without_a_lasting_permission_nothing_is_kept(
    mailbox: Mailbox, endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = endpoint.grant
    monkeypatch.setattr(endpoint, "grant", lambda asked: {**(grant(asked) or {}), "refresh_token": None})

    with pytest.raises(NoToken, match="no lasting permission"):
        exchange(mailbox, code=endpoint.code, code_verifier="v" * 43, redirect_uri=CALLBACK)

    assert mailbox.oauth_refresh_token is None


def test_a_token_is_used_until_shortly_before_its_end(permitted: Mailbox, endpoint: TokenEndpoint) -> None:
    first = access_token(permitted)
    again = access_token(permitted)
    with clock.freeze(clock.now() + timedelta(minutes=56)):
        later = access_token(permitted)

    assert first == again
    assert later != first
    assert endpoint.granted == ["refresh_token"] * 2


def test_a_token_that_was_refused_is_not_used_again(permitted: Mailbox) -> None:
    first = access_token(permitted)
    forget_access(permitted)

    assert access_token(permitted) != first


def test_tokens_lie_sealed_in_the_database(work: Session, permitted: Mailbox) -> None:
    token = access_token(permitted)

    state = work.get_one(MailboxState, permitted.id)
    assert token not in str(state.access_token)
    assert unseal(str(state.access_token)) == token


def test_a_new_refresh_token_takes_the_place_of_the_old_one_and_the_trail_stays_quiet(
    work: Session, permitted: Mailbox, endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.commit()
    before = work.scalars(select(AuditLog.id)).all()
    grant = endpoint.grant
    more = {"refresh_token": "the next one", "refresh_token_expires_in": 86_400}
    monkeypatch.setattr(endpoint, "grant", lambda asked: {**(grant(asked) or {}), **more})

    access_token(permitted)
    work.commit()

    assert unseal(str(permitted.oauth_refresh_token)) == "the next one"
    assert ends_soon(permitted)
    told = work.scalars(select(AuditLog).where(AuditLog.id.not_in(before))).all()
    assert all("oauth_refresh_token" not in entry.changes for entry in told)


def test_a_permission_that_ended_says_what_to_do(permitted: Mailbox, endpoint: TokenEndpoint) -> None:
    endpoint.refresh_token = "another one by now"

    with pytest.raises(PermissionEnded, match="connect the mailbox again"):
        access_token(permitted)


def test_a_mailbox_nobody_has_permitted_says_so(mailbox: Mailbox) -> None:
    with pytest.raises(PermissionEnded, match="Nobody has permitted"):
        access_token(mailbox)


def test_an_endpoint_that_does_not_answer_is_no_end(permitted: Mailbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        permitted.oauth_token_url = f"http://127.0.0.1:{closed.getsockname()[1]}/token"
    for url in (permitted.oauth_token_url, "http://", "not an address"):
        permitted.oauth_token_url = url
        with pytest.raises(NoToken):
            access_token(permitted)


def test_a_permission_ends_soon_two_weeks_before_as_far_as_its_end_is_known(permitted: Mailbox) -> None:
    assert not ends_soon(permitted)
    permitted.oauth_ends_at = clock.now() + timedelta(days=15)
    assert not ends_soon(permitted)
    permitted.oauth_ends_at = clock.now() + timedelta(days=13)
    assert ends_soon(permitted)
