"""Passwords: hashed with argon2id, verified in equal time for known and unknown people."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from helpdesk.core.errors import Unwelcome

SHORTEST = 12
LONGEST = 256  # argon2 takes any length; reading megabytes of password is an attack

# argon2id as OWASP's Password Storage Cheat Sheet has it: eight sign-ins at once stay below 200 MB
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class BadPassword(Unwelcome):
    """A password nobody should choose."""

    status = 422


def check_password(text: str) -> None:
    """Raise BadPassword for one that is too short or too long. No composition rules (NIST SP 800-63B)."""
    if len(text) < SHORTEST:
        raise BadPassword(f"Use at least {SHORTEST} characters. A few words in a row are easy to remember.")
    if len(text) > LONGEST:
        raise BadPassword(f"Use at most {LONGEST} characters.")


def hash_password(text: str) -> str:
    """The password as it is stored: argon2id with its parameters and salt."""
    return _hasher.hash(text)


def verify_password(stored: str | None, text: str) -> bool:
    """Whether this is the password. Takes as long where there is none to compare with."""
    if len(text) > LONGEST:
        return False
    try:
        _hasher.verify(stored or _nobodys_hash(), text)
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)


def needs_rehash(stored: str) -> bool:
    """Whether it was hashed with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("the password of somebody who is not here")
