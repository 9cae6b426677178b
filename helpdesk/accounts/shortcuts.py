"""Which key does what: what holds where nobody said anything, what somebody chose instead, what cannot be chosen."""

from collections.abc import Mapping
from itertools import combinations

from helpdesk.accounts.models import User
from helpdesk.accounts.preferences import prefer, preferences_of
from helpdesk.core.errors import Unwelcome

DEFAULTS: Mapping[str, str] = {
    "next": "j",
    "previous": "k",
    "open": "o",
    "select": "x",
    "select_range": "X",
    "select_all": "* a",
    "assign": "a",
    "take": "i",
    "team": "t",
    "priority": "p",
    "status": "s",
    "tags": "l",
    "reply": "r",
    "note": "c",
    "resolve": "e",
    "resolve_next": "E",
    "copy": ".",
    "next_ticket": "]",
    "previous_ticket": "[",
    "back": "b",
    "search": "/",
    "new": "n",
    "undo": "u",
    "go_unassigned": "g u",
    "go_mine": "g m",
    "go_teams": "g t",
    "go_overdue": "g o",
    "go_waiting": "g w",
    "go_open": "g a",
    "help": "?",
}
"""Every act with its key: one character, or two typed one after the other with a space between them."""

LONGEST = 3


class BadKeys(Unwelcome):
    """The key of `act` cannot be that."""

    status = 422

    def __init__(self, act: str, sentence: str) -> None:
        super().__init__(sentence)
        self.act = act


class NotKeys(BadKeys):
    """No single character, and no two with a space between them."""


class Taken(BadKeys):
    """`other` has that key already, or one that begins with it."""

    def __init__(self, act: str, other: str) -> None:
        super().__init__(act, "Another act has this key.")
        self.other = other


def keys_of(user: User) -> Mapping[str, str]:
    """The key of every act as this person has it; empty for an act they took the key from."""
    chosen = preferences_of(user).keys
    return {act: str(chosen.get(act, key)) for act, key in DEFAULTS.items()}


def choose_keys(user: User, wanted: Mapping[str, str]) -> None:
    """Keep what differs from the defaults. An empty key takes the act's key away; acts that are not named keep theirs.

    Raises NotKeys, Taken, and KeyError for an act that does not exist.
    """
    chosen = {act: _tidy(act, keys) for act, keys in wanted.items()}
    together = {**keys_of(user), **chosen}
    for (act, keys), (other, others) in combinations(together.items(), 2):
        if keys and others and (keys.startswith(others) or others.startswith(keys)):
            raise Taken(other, act) if other in chosen else Taken(act, other)
    prefer(user, keys={act: keys for act, keys in together.items() if keys != DEFAULTS[act]})


def _tidy(act: str, keys: str) -> str:
    typed = keys.split()
    if act not in DEFAULTS:
        raise KeyError(act)
    if len(typed) > 2 or any(len(each) != 1 or not each.isprintable() for each in typed):
        raise NotKeys(act, "Type one character, or two with a space between them.")
    return " ".join(typed)
