"""Saving a form of properties that somebody else may have changed meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpdesk.accounts.models import Team, User
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.assigning import assign, move_to_team
from helpdesk.tickets.operations.locking import lock
from helpdesk.tickets.operations.progressing import change_status, rename, set_deadline, set_priority


@dataclass(frozen=True, slots=True)
class Edit:
    """One field of a form: what the person saw when the page was made, and what they want."""

    seen: Any
    wanted: Any


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed to different values."""

    field: str
    theirs: Any
    yours: Any


class EditConflict(Conflict):
    """The same field was changed by somebody else while the form was open. Nothing was saved."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__("Somebody changed this ticket while you had it open. Nothing was saved yet.")
        self.clashes = clashes


def edit(ticket: Ticket, *, by: User, edits: Mapping[str, Edit]) -> list[str]:
    """Apply what the person changed, keep what others changed in other fields. Returns the names that changed.

    Fields: title, status, priority, assignee_id, team_id, due_at. Raises EditConflict where the same field was changed
    to different values, and what the single operations raise.
    """
    ticket = lock(ticket)
    meant = {name: each for name, each in edits.items() if each.wanted != each.seen}
    pending = {name: each.wanted for name, each in meant.items() if getattr(ticket, name) != each.wanted}
    clashes = [
        Clash(name, theirs=getattr(ticket, name), yours=wanted)
        for name, wanted in pending.items()
        if getattr(ticket, name) != meant[name].seen
    ]
    if clashes:
        raise EditConflict(clashes)
    # status last: what the person chose goes before what an assignment would make of it
    in_order = sorted(pending, key=lambda name: name == "status")
    for name in in_order:
        _EDITORS[name](ticket, pending[name], by)
    return in_order


def _assign(ticket: Ticket, user_id: int | None, by: User) -> None:
    assign(ticket, to=db.session.get_one(User, user_id) if user_id else None, by=by)


def _move_to_team(ticket: Ticket, team_id: int | None, by: User) -> None:
    move_to_team(ticket, team=db.session.get_one(Team, team_id) if team_id else None, by=by)


_EDITORS: dict[str, Callable[[Ticket, Any, User], None]] = {
    "title": lambda ticket, value, by: rename(ticket, title=value, by=by),
    "status": lambda ticket, value, by: change_status(ticket, to=value, by=by),
    "priority": lambda ticket, value, by: set_priority(ticket, to=value, by=by),
    "due_at": lambda ticket, value, by: set_deadline(ticket, to=value, by=by),
    "assignee_id": _assign,
    "team_id": _move_to_team,
}
