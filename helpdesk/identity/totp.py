"""Codes of an app (TOTP, RFC 6238): pure functions of a secret, a code and a moment."""

import unicodedata
from datetime import datetime
from hmac import compare_digest

import pyotp

STEP_SECONDS = 30
DIGITS = 6
DRIFT = 1
"""So many steps a phone's clock may be early or late."""


def new_secret() -> str:
    """160 bits (RFC 4226, section 4), as apps have them typed."""
    return pyotp.random_base32(32)


def step_of(moment: datetime) -> int:
    """Which step of time a moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """The code of a step."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).generate_otp(step)


def matching_step(secret: str, code: str, moment: datetime) -> int | None:
    """The step of time whose code this is, however it is spelled; None for every other text.

    Whoever takes a code remembers the step: one spelling more must not make it good a second time.
    """
    typed = plain_digits(code)
    if typed is None:
        return None
    now = step_of(moment)
    for step in (now, *(now + sign * away for away in range(1, DRIFT + 1) for sign in (-1, 1))):
        if compare_digest(code_at(secret, step), typed):
            return step
    return None


def plain_digits(code: str) -> str | None:
    """The six digits of a code without spaces and dashes, whatever script they are in; None for another text."""
    kept = [
        each for each in code[:64] if not each.isspace() and unicodedata.category(each) not in ("Pd", "Cf")
    ]
    try:
        digits = "".join(str(unicodedata.decimal(each)) for each in kept)
    except ValueError:
        return None
    return digits if len(digits) == DIGITS else None


def uri(secret: str, *, account: str, desk_name: str) -> str:
    """What the square picture says: apps read secret, account and desk from it."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(
        name=account, issuer_name=desk_name.replace(":", " ")
    )


def in_groups(secret: str) -> str:
    """The secret as it is typed by hand."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
