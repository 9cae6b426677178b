"""The fields a query can ask for: each is defined once, by a function that makes its condition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from helpdesk.accounts.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """One value asked of a field, by whom; days and hours are those of `zone`, the desk's."""

    value: str
    operator: str
    user: User
    zone: ZoneInfo


class Takes(Enum):
    """What the values of a field are."""

    FIXED = "fixed"
    MOMENT = "moment"
    PERSON = "person"
    AGENT = "agent"
    TEAM = "team"
    TAG = "tag"
    ORGANIZATION = "organization"


IS = (":",)
COMPARED = (":", "<", "<=", ">", ">=")
Condition = Callable[[Asked], ColumnElement[bool]]


def as_typed(value: str) -> str:
    return value


def with_any(_operator: str, _value: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Field:
    """`label` is its name for people; `takes` says what its values are; `choices` are the only ones it takes, where
    there are any; `words` are values that always mean something beside the names; `examples` are worth proposing.

    `canonical` spells a value as we do, or raises ValueError; `fits` says whether an operator may stand before a value;
    `hint` shows how to write it.
    """

    name: str
    label: str
    where: Condition
    takes: Takes = Takes.FIXED
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    operators: tuple[str, ...] = IS
    hint: str = ""
    canonical: Callable[[str], str] = as_typed
    fits: Callable[[str, str], bool] = with_any
    can_be_negated: bool = True


FIELDS: dict[str, Field] = {}
"""By name, in the order the pages offer them."""

ALIASES: Mapping[str, str] = {
    "organization": "org",
    "organisation": "org",
    "from": "requester",
    "age": "created",
}


def criterion(
    name: str,
    label: str,
    *,
    choices: tuple[str, ...] = (),
    hint: str = "",
    canonical: Callable[[str], str] | None = None,
    **more: Any,
) -> Callable[[Condition], Condition]:
    """Make the decorated function the condition of a field. `more` is what Field knows beside."""

    def know(where: Condition) -> Condition:
        spell = canonical or (chosen_from(choices) if choices else as_typed)
        FIELDS[name] = Field(
            name, label, where, choices=choices, hint=hint or _hint(name, choices), canonical=spell, **more
        )
        return where

    return know


def _hint(name: str, choices: tuple[str, ...]) -> str:
    return ", ".join(f"{name}:{choice}" for choice in choices) or f'{name}:name or {name}:"two words"'


def chosen_from(choices: tuple[str, ...]) -> Callable[[str], str]:
    """In progress, in-progress and IN_PROGRESS are one value; the beginning of a single one is enough."""

    def spell(value: str) -> str:
        meant = value.strip().lower().replace(" ", "_").replace("-", "_")
        if meant in choices:
            return meant
        beginning = [choice for choice in choices if meant and choice.startswith(meant)]
        if len(beginning) != 1:
            raise ValueError(value)
        return beginning[0]

    return spell


def nearest(word: str, known: tuple[str, ...]) -> str | None:
    """What was probably meant."""
    return next(iter(get_close_matches(word.lower(), known, n=1, cutoff=0.6)), None)
