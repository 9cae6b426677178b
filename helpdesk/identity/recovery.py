"""Recovery codes: how they look and in which spellings they are the same."""

import secrets

COUNT = 10
LENGTH, GROUP = 12, 4
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's 32: no letter that looks like a digit. Twelve of them are 60 bits."""
_LOOKALIKES = str.maketrans({"o": "0", "i": "1", "l": "1", "u": "v"})


def new_code() -> str:
    """A code as it is shown: abcd-efgh-jkmn."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def plain(code: str) -> str | None:
    """The twelve characters of a code without spaces and dashes; None for a text that is none."""
    letters = "".join(each for each in code[:64].casefold() if not each.isspace() and each not in "-‐‑–—")
    letters = letters.translate(_LOOKALIKES)
    return letters if len(letters) == LENGTH and set(letters) <= set(ALPHABET) else None
