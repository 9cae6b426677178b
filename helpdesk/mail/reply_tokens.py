"""Reply tokens: what an address or a Message-ID of ours says of ticket and person, and that we said it.

A token alone grants nothing: whoever writes with it has to be that person and still belong to the ticket.
"""

import hashlib
import hmac
import re
import secrets
from base64 import b32decode, b32encode
from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.core.configuration import configuration

ANYBODY = 0
"""In place of a person: a mail with several receivers says for which ticket it is, and for nobody in particular."""
PREFIX = "hd"
ID_BYTES = 6
MAC_BYTES = 12
LENGTH = len(PREFIX) + -(-(2 * ID_BYTES + MAC_BYTES) * 8 // 5)
_PURPOSE = b"helpdesk reply token 1"
_TOKEN = re.compile(rf"{PREFIX}[a-z2-7]{{{LENGTH - len(PREFIX)}}}")
_MEANT_AS_ONE = re.compile(rf"{PREFIX}[a-z0-9]{{20,}}|[a-z2-7]{{30,}}")
"""What no person types behind a plus: a token, or what somebody made of one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """We wrote this token: for this ticket, to this person, or to ANYBODY."""

    ticket_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Forged:
    """It looks like a token of ours, and is none."""


def reply_token(ticket_id: int, user_id: int = ANYBODY) -> str:
    """A token of lower-case letters and digits, good in any case, with a MAC of 96 bits."""
    claim = ticket_id.to_bytes(ID_BYTES, "big") + user_id.to_bytes(ID_BYTES, "big")
    return _written(claim + next(_macs(claim)))


def read_reply_token(text: str) -> Claim | Forged | None:
    """What an address (support+TOKEN@…), a Message-ID (<TOKEN.…@…>) or a bare token claims; None: nothing.

    Of an address only what stands behind its first plus counts, of a Message-ID what stands before its first dot.
    """
    found = _part(text.strip().lower())
    if _TOKEN.fullmatch(found):
        return _claim(found)
    return Forged() if _MEANT_AS_ONE.fullmatch(found) else None


def plus_address(address: str, token: str) -> str:
    """The mailbox's address with the token behind a plus (RFC 5233)."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"


def new_message_id(host: str, token: str) -> str:
    """A Message-ID that tells the ticket when it comes back in In-Reply-To or References."""
    return f"<{token}.{secrets.token_hex(10)}@{host}>"


def _part(text: str) -> str:
    if text.startswith("<") or text.endswith(">"):
        return text.strip("<>").partition("@")[0].partition(".")[0]
    local, at, _ = text.rpartition("@")
    return local.partition("+")[2] if at else text


def _claim(token: str) -> Claim | Forged:
    encoded = token.removeprefix(PREFIX).upper()
    try:
        raw = b32decode(encoded + "=" * (-len(encoded) % 8))
    except ValueError:
        return Forged()
    claim, mac = raw[: 2 * ID_BYTES], raw[2 * ID_BYTES :]
    if not any(hmac.compare_digest(mac, each) for each in _macs(claim)) or _written(raw) != token:
        return Forged()  # the last letter has spare bits: only as we write it is it ours
    return Claim(*_ids(claim))


def _ids(claim: bytes) -> tuple[int, int]:
    return int.from_bytes(claim[:ID_BYTES], "big"), int.from_bytes(claim[ID_BYTES:], "big")


def _written(raw: bytes) -> str:
    return PREFIX + b32encode(raw).decode().rstrip("=").lower()


def _macs(claim: bytes) -> Iterator[bytes]:
    """What proves that the desk wrote it: with the key of today, and with those it had before."""
    for secret in (configuration().secret_key, *configuration().old_secret_keys):
        key = hashlib.sha256(_PURPOSE + secret.encode()).digest()
        yield hmac.digest(key, claim, "sha256")[:MAC_BYTES]
