"""How a person likes to work: typed choices, kept in one column of the user."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from helpdesk.accounts.models import User


class Theme(StrEnum):
    """Light or dark; the system's own choice where nobody said."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Density(StrEnum):
    """How close the rows of a queue stand."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


class ThreadOrder(StrEnum):
    """Which message of a ticket comes first."""

    OLDEST_FIRST = "oldest_first"
    NEWEST_FIRST = "newest_first"


class AfterSend(StrEnum):
    """Where an agent is after sending a reply or note."""

    STAY = "stay"
    NEXT = "next"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose, and what holds where they chose nothing."""

    theme: Theme = Theme.SYSTEM
    density: Density = Density.COMFORTABLE
    thread_order: ThreadOrder = ThreadOrder.OLDEST_FIRST
    after_send: AfterSend = AfterSend.STAY
    has_shortcuts: bool = True
    start: str = ""
    """The view one sees after signing in, by its slug; empty: what nobody has taken."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """What differs from the keys that hold for everybody: helpdesk.accounts.shortcuts."""


_DEFAULTS = asdict(Preferences())


def preferences_of(user: User) -> Preferences:
    """The person's choices. What an older or newer program wrote and this one does not know counts as not chosen."""
    known: dict[str, Any] = {}
    for name, default in _DEFAULTS.items():
        try:
            known[name] = type(default)(user.preferences[name])
        except (KeyError, TypeError, ValueError):
            continue
    return Preferences(**known)


def prefer(user: User, **choices: StrEnum | bool | str | Mapping[str, str]) -> None:
    """Change some of the person's choices. Raises TypeError for a choice that does not exist."""
    user.preferences = asdict(Preferences(**{**asdict(preferences_of(user)), **choices}))
