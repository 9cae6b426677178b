"""Passwords: hashed with argon2id, verified in equal time for known and unknown people."""

from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from helpdesk.accounts.models import User
from helpdesk.core.errors import Unwelcome
from helpdesk.identity.common_passwords import is_common, is_made_of, is_monotonous
from helpdesk.settings.catalogue import load_desk

SHORTEST = 12
LONGEST = 256  # argon2 takes any length; reading megabytes of password is an attack

# argon2id as OWASP's Password Storage Cheat Sheet has it: eight sign-ins at once stay below 200 MB
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class BadPassword(Unwelcome):
    """A password nobody should choose."""

    status = 422


def check_password(text: str, *, about: Iterable[str] = ()) -> None:
    """Raise BadPassword for one that is too short, too long or among the first to be guessed; `about` are words that
    belong to its owner. No rules about kinds of characters, none about age (NIST SP 800-63B).
    """
    if len(text) < SHORTEST:
        raise BadPassword(f"Use at least {SHORTEST} characters. A few words in a row are easy to remember.")
    if len(text) > LONGEST:
        raise BadPassword(f"Use at most {LONGEST} characters.")
    if is_common(text) or is_monotonous(text):
        raise BadPassword(
            "Many people choose this one: it is guessed first. A few words in a row are better."
        )
    if is_made_of(text, about):
        raise BadPassword(
            "It is made of your name, your address or the name of the desk: that is guessed first."
        )


def words_about(person: User) -> tuple[str, ...]:
    """What their password should not be made of."""
    return (person.full_name, person.email or "", load_desk().desk_name)


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
