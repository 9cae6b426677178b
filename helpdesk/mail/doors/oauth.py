"""OAuth2 at mail servers (RFC 6749, 7636): consent once, then fresh access tokens for IMAP and SMTP (XOAUTH2)."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from helpdesk.audit.acts import record
from helpdesk.audit.entries import REDACTED
from helpdesk.audit.models import AuditAction
from helpdesk.core import clock, outgoing_web
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.sealing import seal, unseal
from helpdesk.mail.models import Mailbox
from helpdesk.mail.operations.positions import state_of

PATIENCE = 20.0  # seconds a token endpoint may take
EARLY = timedelta(minutes=5)
"""So long before its end an access token is replaced: a long connection may begin with it."""
UNTOLD = timedelta(minutes=30)
"""How long an access token is used whose end nobody tells."""
WARNED_BEFORE = timedelta(days=14)


class PermissionEnded(Conflict):
    """The permission was taken back, or has ended: somebody has to connect the mailbox again."""


class NoToken(Conflict):
    """The token endpoint did not answer as it should; trying again later may help."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Where the administrator is sent to permit it, and what has to be kept until they come back."""

    url: str
    state: str
    """Comes back with them; another one is not theirs."""
    code_verifier: str


def ask_for_consent(mailbox: Mailbox, *, redirect_uri: str) -> Consent:
    """The address of the provider's page that asks for permission. Changes nothing."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    with _client(mailbox, redirect_uri=redirect_uri) as client:
        url, _state = client.create_authorization_url(
            mailbox.oauth_authorize_url,
            state=state,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            access_type="offline",  # Google gives a refresh token with these two only; others do not mind
            prompt="consent",
            login_hint=mailbox.imap_user or mailbox.address,
        )
    return Consent(url, state, verifier)


def exchange(mailbox: Mailbox, *, code: str, code_verifier: str, redirect_uri: str) -> None:
    """Take what the provider grants for the code somebody came back with. Raises PermissionEnded and NoToken."""
    with _client(mailbox, redirect_uri=redirect_uri) as client, _plainly():
        granted = client.fetch_token(
            mailbox.oauth_token_url,
            grant_type="authorization_code",
            code=code,
            code_verifier=code_verifier,
            redirect_uri=redirect_uri,
        )
    if not granted.get("refresh_token"):
        raise NoToken("The provider gave no lasting permission (no refresh token): ask for offline access.")
    had_one = REDACTED if mailbox.oauth_refresh_token else None
    _keep(mailbox, granted)
    record("mailboxes", mailbox.id, AuditAction.UPDATE, {"oauth_refresh_token": [had_one, REDACTED]})


def access_token(mailbox: Mailbox) -> str:
    """One that holds for some minutes at least, a fresh one where needed. Raises PermissionEnded and NoToken."""
    state = state_of(mailbox.id)
    if state.access_token and state.access_ends_at and state.access_ends_at > clock.now() + EARLY:
        return unseal(state.access_token)
    if mailbox.oauth_refresh_token is None:
        raise PermissionEnded("Nobody has permitted this desk to use the mailbox yet: connect it.")
    with _client(mailbox) as client, _plainly():
        granted = client.refresh_token(
            mailbox.oauth_token_url, refresh_token=unseal(mailbox.oauth_refresh_token)
        )
    return _keep(mailbox, granted)


def ends_soon(mailbox: Mailbox) -> bool:
    """Whether somebody has to renew the permission now, as far as its end is known."""
    ends_at = mailbox.oauth_ends_at
    return ends_at is not None and ends_at < clock.now() + WARNED_BEFORE


def forget_access(mailbox: Mailbox) -> None:
    """The server refused the token although it should hold: the next one is asked for anew."""
    state = state_of(mailbox.id)
    state.access_token = state.access_ends_at = None


def _keep(mailbox: Mailbox, granted: Mapping[str, Any]) -> str:
    state, token = state_of(mailbox.id), str(granted["access_token"])
    state.access_token = seal(token)
    state.access_ends_at = _end(granted) or clock.now() + UNTOLD
    refresh_token = granted.get("refresh_token")
    if refresh_token and not _is_the_same(mailbox, refresh_token):
        mailbox.oauth_refresh_token = seal(refresh_token)
    if lasts := granted.get("refresh_token_expires_in"):
        mailbox.oauth_ends_at = clock.now() + timedelta(seconds=int(lasts))
    db.session.flush()
    return token


def _end(granted: Mapping[str, Any]) -> datetime | None:
    """When the access token ends; authlib reckons `expires_at` from `expires_in`."""
    ends_at = granted.get("expires_at")
    return datetime.fromtimestamp(float(ends_at), UTC) if ends_at else None


def _is_the_same(mailbox: Mailbox, refresh_token: str) -> bool:
    return mailbox.oauth_refresh_token is not None and unseal(mailbox.oauth_refresh_token) == refresh_token


@contextmanager
def _client(mailbox: Mailbox, *, redirect_uri: str | None = None) -> Iterator[OAuth2Client]:
    secret = unseal(mailbox.oauth_client_secret) if mailbox.oauth_client_secret else None
    with OAuth2Client(
        mailbox.oauth_client_id,
        secret,
        token_endpoint_auth_method="client_secret_post" if secret else "none",
        scope=mailbox.oauth_scope or None,
        redirect_uri=redirect_uri,
        **outgoing_web.options(patience=PATIENCE),
    ) as client:
        yield client


@contextmanager
def _plainly() -> Iterator[None]:
    """What the provider answers, in its own words where it has some."""
    try:
        yield
    except OAuthError as refusal:
        words = ": ".join(str(each) for each in (refusal.error, refusal.description) if each)
        if refusal.error in {"invalid_grant", "access_denied", "interaction_required", "consent_required"}:
            raise PermissionEnded(
                f"The permission has ended, connect the mailbox again ({words})."
            ) from refusal
        raise NoToken(f"The provider gave no access ({words}).") from refusal
    except (httpx2.HTTPError, ValueError, KeyError) as error:
        raise NoToken(f"The provider's token endpoint did not answer properly ({error}).") from error
