"""OpenID Connect as a relying party: code flow with PKCE, state and nonce (Core 1.0, RFC 6749, 7636, 9207, 9700).

What a provider says is believed only where all of it fits: a token signed with an algorithm of our list by a key it
publishes, by this issuer, for this client, for this very question, not expired.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.core import clock, outgoing_web
from helpdesk.core.errors import Conflict, Refused
from helpdesk.core.html import clean_text

ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""With a key pair only: with a shared secret, whoever has the public key could sign."""
LEEWAY = 60  # seconds by which clocks may differ
LONGEST_AGE = 600  # seconds since a token was made
LONGEST_SUBJECT = 255
PATIENCE = 10.0
REMEMBERED = 300.0  # seconds for which a provider's own description holds
SECOND_FACTOR = "mfa"  # RFC 8176


class NotAsked(Conflict):
    """The provider could not be asked. The same sentence for every reason: it tells nothing of networks."""

    status = 502

    def __init__(self) -> None:
        super().__init__("The sign-in provider could not be asked. Try again, or sign in another way.")


class NotBelieved(Refused):
    """What came back does not fit. `reason` is for the log: the person can only begin again."""

    def __init__(self, reason: str) -> None:
        super().__init__("That sign-in could not be completed. Begin again, or sign in another way.")
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What we are to a provider, free of the session."""

    issuer: str
    client_id: str
    secret: str = field(repr=False, default="")
    scopes: str = "openid email profile"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider is asked what, as it says itself."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    methods: tuple[str, ...]
    """How clients may prove themselves at the token endpoint."""
    names_itself: bool
    """Its answers carry `iss` (RFC 9207): one without is somebody else's."""


@dataclass(frozen=True, slots=True)
class Question:
    """Where somebody is sent, and what has to be kept until they come back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Witness:
    """What a provider has said about somebody, and what was checked."""

    subject: str
    email: str
    """One it says it has verified; empty: none."""
    name: str
    groups: tuple[str, ...]
    had_second_factor: bool


_described: dict[str, tuple[float, Endpoints]] = {}


def discover(issuer: str, *, afresh: bool = False) -> Endpoints:
    """What a provider says about itself; it has to call itself by the very name we know. Raises NotAsked."""
    until, endpoints = _described.get(issuer, (0.0, None))
    if endpoints is not None and time.monotonic() < until and not afresh:
        return endpoints
    document = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if document.get("issuer") != issuer:
        raise NotAsked
    endpoints = Endpoints(
        authorization=_address(document, "authorization_endpoint", issuer),
        token=_address(document, "token_endpoint", issuer),
        keys=_address(document, "jwks_uri", issuer),
        userinfo=_address(document, "userinfo_endpoint", issuer) if "userinfo_endpoint" in document else "",
        methods=tuple(_texts(document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]))),
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )
    _described[issuer] = (time.monotonic() + REMEMBERED, endpoints)
    return endpoints


def ask(client: Client, *, redirect_uri: str) -> Question:
    """The provider's page, and what proves that the answer is to this question. Raises NotAsked."""
    endpoints = discover(client.issuer)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    with _oauth(client, endpoints, redirect_uri) as asking:
        url, _state = asking.create_authorization_url(
            endpoints.authorization,
            state=state,
            nonce=nonce,
            response_type="code",
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
    return Question(url, state, nonce, verifier)


def hear(
    client: Client,
    *,
    answer: Mapping[str, str],
    nonce: str,
    verifier: str,
    redirect_uri: str,
    group_claim: str = "",
) -> Witness:
    """Exchange the code of an answer whose state was right for what the provider says. Raises NotAsked, NotBelieved."""
    endpoints = discover(client.issuer)
    said = answer.get("iss")
    if (said is not None and said != client.issuer) or (said is None and endpoints.names_itself):
        raise NotBelieved("the answer is of another issuer")
    if "error" in answer or not answer.get("code"):
        raise NotBelieved(f"no code: {answer.get('error', '')[:80]!r}")
    granted = _exchanged(client, endpoints, answer["code"], verifier, redirect_uri)
    token = granted.get("id_token")
    if not isinstance(token, str):
        raise NotBelieved("no ID token")
    claims = _signed(token, endpoints)
    check_claims(claims, client=client, nonce=nonce)
    return _witness(_with_userinfo(claims, endpoints, granted), group_claim)


def check_claims(claims: Mapping[str, Any], *, client: Client, nonce: str) -> None:
    """Core 1.0, 3.1.3.7. Raises NotBelieved."""
    now = clock.now().timestamp()
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    subject = claims.get("sub")
    checks = {
        "iss": claims.get("iss") == client.issuer,
        "aud": client.client_id in audiences,
        "azp": claims.get("azp", None if len(audiences) > 1 else client.client_id) == client.client_id,
        "exp": _is_number(claims.get("exp")) and claims["exp"] > now - LEEWAY,
        "iat": _is_number(claims.get("iat")) and now - LONGEST_AGE < claims["iat"] < now + LEEWAY,
        "nbf": "nbf" not in claims or (_is_number(claims["nbf"]) and claims["nbf"] < now + LEEWAY),
        "nonce": claims.get("nonce") == nonce,
        "sub": isinstance(subject, str) and _is_plain(subject),
    }
    wrong = [name for name, is_right in checks.items() if not is_right]
    if wrong:
        raise NotBelieved(f"claims: {', '.join(wrong)}")


def _exchanged(
    client: Client, endpoints: Endpoints, code: str, verifier: str, redirect_uri: str
) -> Mapping[str, Any]:
    try:
        with _oauth(client, endpoints, redirect_uri) as asking:
            granted: Mapping[str, Any] = asking.fetch_token(
                endpoints.token,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                redirect_uri=redirect_uri,
            )
            return granted
    except OAuthError as refusal:
        raise NotBelieved(f"token endpoint: {str(refusal.error)[:80]!r}") from refusal
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAsked from error


def _signed(token: str, endpoints: Endpoints) -> Mapping[str, Any]:
    """The claims of a token whose signature is right."""
    try:
        if token.count(".") != 2:
            raise NotBelieved("not a signed token")
        header = jws.extract_compact(token.encode()).headers()
        if header.get("alg") not in ALGORITHMS or str(header.get("typ", "JWT")).upper() != "JWT":
            raise NotBelieved(f"algorithm or type: {str(header.get('alg'))[:20]!r}")
        keys = KeySet.import_key_set({"keys": _keys(endpoints, str(header["alg"]))})
        claims: Mapping[str, Any] = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise NotBelieved(f"token: {type(error).__name__}") from error
    if not isinstance(claims, Mapping):
        raise NotBelieved("token: no claims")
    return claims


def _keys(endpoints: Endpoints, algorithm: str) -> list[dict[str, Any]]:
    """What it publishes to check signatures of this algorithm with: public halves of key pairs, nothing else."""
    kind = {"R": "RSA", "P": "RSA"}.get(algorithm[0], "EC" if algorithm.startswith("ES") else "OKP")
    published = _fetched(endpoints.keys).get("keys")
    return [
        each
        for each in (published if isinstance(published, list) else [])
        if isinstance(each, dict)
        and each.get("kty") == kind
        and each.get("use", "sig") == "sig"
        and each.get("alg", algorithm) == algorithm
    ]


def _with_userinfo(
    claims: Mapping[str, Any], endpoints: Endpoints, granted: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the token leaves out is asked for, and believed of the same subject only; what is signed goes before."""
    if "email" in claims or not endpoints.userinfo:
        return claims
    told = _fetched(endpoints.userinfo, token=str(granted.get("access_token", "")))
    if told.get("sub") != claims["sub"]:
        raise NotBelieved("userinfo is about somebody else")
    return {**told, **claims}


def _witness(claims: Mapping[str, Any], group_claim: str) -> Witness:
    email = claims.get("email")
    is_verified = claims.get("email_verified") in (True, "true")  # some say it as a text
    said = claims.get(group_claim) if group_claim else None
    name = claims.get("name")
    return Witness(
        subject=claims["sub"],
        email=clean_text(email) if isinstance(email, str) and is_verified else "",
        name=clean_text(name)[:LONGEST_NAME] if isinstance(name, str) else "",
        groups=tuple(_texts([said] if isinstance(said, str) else said)),
        had_second_factor=SECOND_FACTOR in _texts(claims.get("amr")),
    )


def _oauth(client: Client, endpoints: Endpoints, redirect_uri: str) -> OAuth2Client:
    method = "client_secret_basic" if "client_secret_basic" in endpoints.methods else "client_secret_post"
    return OAuth2Client(
        client.client_id,
        client.secret or None,
        token_endpoint_auth_method=method if client.secret else "none",
        scope=client.scopes,
        redirect_uri=redirect_uri,
        **outgoing_web.options(patience=PATIENCE),
    )


def _fetched(url: str, *, token: str = "") -> Mapping[str, Any]:
    """A JSON object. No redirects: what a provider says about itself stands where it says."""
    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    try:
        with outgoing_web.client(patience=PATIENCE) as asking:
            answer = asking.get(url, headers=headers)
            found = answer.json() if answer.status_code == 200 else None
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError) as error:
        raise NotAsked from error
    if not isinstance(found, dict):
        raise NotAsked
    return found


def _address(document: Mapping[str, Any], name: str, issuer: str) -> str:
    """One of its addresses, as private as the issuer's own."""
    address = document.get(name)
    if not isinstance(address, str) or not is_web_address(address):
        raise NotAsked
    if urlsplit(issuer).scheme == "https" and urlsplit(address).scheme != "https":
        raise NotAsked
    return address


def is_web_address(address: str) -> bool:
    """https, or http to this very machine; no name and password, no fragment, nothing that is not printed."""
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return False
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return (
        (parts.scheme == "https" or (parts.scheme == "http" and is_here))
        and bool(parts.hostname)
        and parts.username is None
        and parts.password is None
        and "#" not in address
        and address.isprintable()
        and " " not in address
    )


def _texts(said: object) -> Sequence[str]:
    return [each for each in said if isinstance(each, str)] if isinstance(said, list) else []


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_plain(subject: str) -> bool:
    return 0 < len(subject) <= LONGEST_SUBJECT and subject.isascii() and subject.isprintable()
