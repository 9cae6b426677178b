"""Message-ID, In-Reply-To, References: each id in angle brackets, none twice."""

import re

MOST = 200
LONGEST = 998  # characters; a line of a mail
_ID = re.compile(r"<([^<>]{1,2000})>")


def message_id(value: str) -> str:
    """The id, also where its brackets are missing; "" without one."""
    found = message_ids(value)
    return found[0] if found else _bracketed(value.strip().strip("<>"))


def message_ids(value: str) -> list[str]:
    """The ids in order; of very many the first and the last ones."""
    found = [each for each in map(_bracketed, _ID.findall(value)) if each]
    if not found:
        found = [
            each for word in value.split() if "@" in word and (each := _bracketed(word.strip("<>,;\"'")))
        ]
    unique = list(dict.fromkeys(found))
    return unique if len(unique) <= MOST else [unique[0], *unique[1 - MOST :]]


def _bracketed(text: str) -> str:
    plain = "".join(text.split())
    return f"<{plain}>" if plain and len(plain) <= LONGEST else ""
