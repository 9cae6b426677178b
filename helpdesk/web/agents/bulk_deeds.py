"""Deeds for many tickets as forms and addresses name them: people by their address, teams by their name."""

from dataclasses import dataclass

from flask import g
from sqlalchemy import func, select

from helpdesk.accounts.models import Team, User
from helpdesk.accounts.operations.finding import known_person
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.tickets.bulk.deeds import (
    ADD_TAG,
    ASSIGNEE,
    DELETE,
    REMOVE_TAG,
    TEAM,
    Doing,
    Kind,
    UnknownDeed,
    kind_named,
)
from helpdesk.tickets.bulk.writing import REPLY, Letter
from helpdesk.tickets.operations.tagging import clean_tag
from helpdesk.web.agents.bulk_words import Words, words_for

MOST_WRITTEN = 2_000
"""Tickets that one answer or note is written on."""
ASKS_AGAIN = 50
"""Answers on more tickets than that are confirmed twice: nobody takes them back."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do. `value` is what forms say, `kept` what a bulk edit keeps of it."""

    kind: Kind
    value: str
    kept: str
    doing: Doing
    words: Words
    letter: Letter | None = None
    """What it writes on each ticket."""

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def asks_first(self) -> bool:
        """Whether the deed is shown before it is done, even for a few tickets."""
        return self.name in (DELETE, REPLY)

    @property
    def most(self) -> int | None:
        """Tickets of one such deed, where they are fewer than of others."""
        return MOST_WRITTEN if self.letter else None

    def asks_again(self, count: int) -> bool:
        """Whether somebody has to say once more that they mean so many."""
        return self.name == REPLY and count > ASKS_AGAIN


def deed_named(name: str, value: str) -> Deed:
    """The deed, with what it needs looked up. Raises UnknownDeed, BadTag, NotAnAssignee (for staff who left)."""
    kind = kind_named(name)
    told: str | None = None
    kept = value
    if name == ASSIGNEE:
        kept, told = _person(value)
    elif name == TEAM:
        kept, told = _team(value)
    elif name in (ADD_TAG, REMOVE_TAG):
        kept = value = clean_tag(value)
    doing = kind.make(kept)  # raises for what is none, before words are looked for
    return Deed(kind, value, kept, doing, words_for(name, kept, told))


def _person(value: str) -> tuple[str, str | None]:
    """`me`, an address, or nothing for nobody: as the language of the lists' filters names people."""
    if not value:
        return "", None
    found: User | None = g.agent if value == "me" else known_person(value)
    if found is None or not found.is_staff:  # whose address that is, is not for everybody to know
        raise UnknownDeed
    return str(found.id), found.name


def _team(value: str) -> tuple[str, str | None]:
    if not value:
        return "", None
    found = db.session.scalars(select(Team).where(func.lower(Team.name) == one_line(value).lower())).first()
    if found is None:
        raise UnknownDeed
    return str(found.id), found.name
