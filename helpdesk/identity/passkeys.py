"""Where passkeys belong, and what is asked of them: pure functions around WebAuthn."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from webauthn import generate_authentication_options, generate_registration_options
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from helpdesk.core.errors import Unwelcome
from helpdesk.identity.second_factors import Passkey

TIMEOUT_MILLISECONDS = 5 * 60 * 1000


class BadPasskey(Unwelcome):
    """What a browser sent in a passkey's name is not right; in which way is nobody's business."""

    status = 422

    def __init__(self) -> None:
        super().__init__("That did not work. Try again, or use another way.")


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk as passkeys know it (WebAuthn's relying party): they answer to this origin and no other."""

    host: str
    origin: str
    name: str


def desk_of(base_url: str, *, name: str) -> Desk | None:
    """None where browsers offer no passkeys: below a bare IP address, and without TLS anywhere but on localhost."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").rstrip(".")
    is_local = host == "localhost" or host.endswith(".localhost")
    if not host or _is_ip(host) or not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
        return None
    default = {"https": 443, "http": 80}[parts.scheme]
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return Desk(host=host, origin=f"{parts.scheme}://{host}{port}", name=name)


def options_for_adding(
    desk: Desk, *, challenge: bytes, user_handle: bytes, account: str, name: str, known: Sequence[Passkey]
) -> dict[str, Any]:
    """What the browser is asked to make: a key that can be found without typing an address, if it has room for it."""
    return options_to_json_dict(
        generate_registration_options(
            rp_id=desk.host,
            rp_name=desk.name,
            user_id=user_handle,
            user_name=account,
            user_display_name=name,
            challenge=challenge,
            timeout=TIMEOUT_MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
            exclude_credentials=_described(known),
        )
    )


def options_for_asking(
    desk: Desk, *, challenge: bytes, known: Sequence[Passkey], must_verify: bool
) -> dict[str, Any]:
    """What the browser is asked to sign. Without known keys it offers those it finds."""
    required, preferred = UserVerificationRequirement.REQUIRED, UserVerificationRequirement.PREFERRED
    return options_to_json_dict(
        generate_authentication_options(
            rp_id=desk.host,
            challenge=challenge,
            timeout=TIMEOUT_MILLISECONDS,
            allow_credentials=_described(known),
            user_verification=required if must_verify else preferred,
        )
    )


def known_transports(words: Sequence[object]) -> list[str]:
    """Of what a browser says about how it reaches the key, the words that WebAuthn knows."""
    return [each.value for each in AuthenticatorTransport if each.value in words]


def _described(keys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=each.credential_id,
            transports=[AuthenticatorTransport(word) for word in each.transports] or None,
        )
        for each in keys
    ]


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
