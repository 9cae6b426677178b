"""What can be done to many tickets, by name and value: so that a page can ask for it and a job can do it later."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select

from helpdesk.accounts.models import Team, User
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import BulkEdit, Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import bulk
from helpdesk.tickets.operations.bulk import BulkResult, Outlook
from helpdesk.tickets.operations.tagging import clean_tag
from helpdesk.tickets.policy import can_change_any, can_delete_any

STATUS, PRIORITY, ASSIGNEE, TEAM = "status", "priority", "assignee", "team"
ADD_TAG, REMOVE_TAG, DELETE, RESTORE = "add_tag", "remove_tag", "delete", "restore"
T = TypeVar("T")


class UnknownDeed(Unwelcome):
    """It cannot be done, or is about somebody who is not there any more."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            "This cannot be done any more: somebody or something it names is gone. Load the list again."
        )


class Perform(Protocol):
    """Do it to these tickets. With `is_quiet` no letters tell of it: others of the same edit did."""

    def __call__(self, tickets: Select[Ticket], *, by: User, is_quiet: bool) -> BulkResult: ...


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing to do, everything it needs looked up."""

    perform: Perform
    foresee: Callable[[Select[Ticket]], Outlook]


class TakeBack(Protocol):
    """Take an edit back in these tickets. Returns the result, and the tickets that are seen, by number."""

    def __call__(
        self, original: BulkEdit, ids: Sequence[int], *, by: User
    ) -> tuple[BulkResult, dict[str, int]]: ...


@dataclass(frozen=True, slots=True)
class Reversal:
    """How a deed is taken back: on which tickets that is possible, how, and for how long after it."""

    tickets: Callable[[BulkEdit], list[int]]
    take_back: TakeBack
    within: Callable[[], timedelta]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of deed. `make` takes its value: a word of ours, a tag, the id of a person or a team, or nothing."""

    name: str
    may: Callable[[User], bool]
    make: Callable[[str], Doing]
    is_undoable: bool = True
    is_of_bin: bool = False
    """It is done to tickets that were deleted."""
    reversal: Reversal | None = None
    """None: what the trail says each ticket was before."""
    most_in_one: int | None = None
    """Tickets of one piece, where each costs more than a change of columns."""


known: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let pages and jobs know of a kind of deed."""
    known[kind.name] = kind


def kind_named(name: str) -> Kind:
    """Raises UnknownDeed."""
    try:
        return known[name]
    except KeyError as error:
        raise UnknownDeed from error


def _status(value: str) -> Doing:
    to = _one_of(TicketStatus, value)
    return Doing(
        lambda tickets, *, by, is_quiet: bulk.change_status_of_all(tickets, to=to, by=by),
        lambda tickets: bulk.foresee(tickets, bulk.moving(to)),
    )


def _priority(value: str) -> Doing:
    to = _one_of(TicketPriority, value)
    return Doing(
        lambda tickets, *, by, is_quiet: bulk.set_priority_of_all(tickets, to=to, by=by),
        lambda tickets: bulk.foresee(tickets, bulk.ranking(to)),
    )


def _assignee(value: str) -> Doing:
    """Raises NotAnAssignee."""
    to = _row(User, value)
    change = bulk.giving(to)
    return Doing(
        lambda tickets, *, by, is_quiet: bulk.assign_all(tickets, to=to, by=by, is_quiet=is_quiet),
        lambda tickets: bulk.foresee(tickets, change),
    )


def _team(value: str) -> Doing:
    team = _row(Team, value)
    return Doing(
        lambda tickets, *, by, is_quiet: bulk.move_all_to_team(tickets, team=team, by=by),
        lambda tickets: bulk.foresee(tickets, bulk.sending(team)),
    )


def _add_tag(value: str) -> Doing:
    tag = clean_tag(value)
    return Doing(
        lambda tickets, *, by, is_quiet: bulk.change_tags_of_all(tickets, add=[tag], by=by),
        lambda tickets: bulk.foresee_tag(tickets, tag),
    )


def _remove_tag(value: str) -> Doing:
    tag = clean_tag(value)
    return Doing(
        lambda tickets, *, by, is_quiet: bulk.change_tags_of_all(tickets, remove=[tag], by=by),
        lambda tickets: bulk.foresee_tag(tickets, tag, is_removed=True),
    )


def _delete(_value: str) -> Doing:
    return Doing(
        lambda tickets, *, by, is_quiet: bulk.delete_all(tickets, by=by),
        lambda tickets: bulk.foresee(tickets, bulk.binning()),
    )


def _restore(_value: str) -> Doing:
    return Doing(
        lambda tickets, *, by, is_quiet: bulk.restore_all(tickets, by=by),
        lambda tickets: bulk.foresee(tickets, bulk.restoring()),
    )


def _one_of(kind: Callable[[str], T], value: str) -> T:
    try:
        return kind(value)
    except ValueError as error:
        raise UnknownDeed from error


def _row(model: type[T], value: str) -> T | None:
    """The person or the team with this id; nothing stands for nobody."""
    if not value:
        return None
    found: Any = db.session.get(model, int(value))
    if found is None:
        raise UnknownDeed
    return found  # type: ignore[no-any-return]  # of the model that was asked for


for _kind in (
    Kind(STATUS, can_change_any, _status),
    Kind(PRIORITY, can_change_any, _priority),
    Kind(ASSIGNEE, can_change_any, _assignee),
    Kind(TEAM, can_change_any, _team),
    Kind(ADD_TAG, can_change_any, _add_tag),
    Kind(REMOVE_TAG, can_change_any, _remove_tag),
    Kind(DELETE, can_delete_any, _delete),
    Kind(RESTORE, can_delete_any, _restore, is_of_bin=True),
):
    register(_kind)
