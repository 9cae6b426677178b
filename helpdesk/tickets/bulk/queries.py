"""Which bulk edits somebody made, how far they are, and which tickets refused."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased

from helpdesk.accounts.models import Team, User
from helpdesk.background.tables import queued
from helpdesk.tickets.bulk.deeds import ASSIGNEE, TEAM
from helpdesk.tickets.models import BulkEdit, BulkRefusal, Ticket
from helpdesk.tickets.policy import visible_to
from helpdesk.tickets.queries import name_of


def edits_of(user: User) -> Select[*tuple[Any, ...]]:
    """Their edits, latest first: BulkEdit, name (of the person or the team it is about), state (of its job, while it is
    not over: null where nobody works on it), undone_by (the edit that took it back), original (the one it takes back).
    """
    original, undoing = aliased(BulkEdit), aliased(BulkEdit)
    return (
        select(
            BulkEdit,
            _name(BulkEdit).label("name"),
            case((BulkEdit.finished_at.is_(None), _state())).label("state"),
            undoing.public_id.label("undone_by"),
            original,
            _name(original).label("original_name"),
        )
        .outerjoin(original, original.id == BulkEdit.undoes_id)
        .outerjoin(undoing, undoing.undoes_id == BulkEdit.id)
        .where(BulkEdit.user_id == user.id)
        .order_by(BulkEdit.created_at.desc(), BulkEdit.id.desc())
    )


def under_way_of(user: User) -> ColumnElement[Any]:
    """The address of the edit of theirs that goes on right now, the latest of several; null while there is none."""
    return (
        select(BulkEdit.public_id)
        .where(BulkEdit.user_id == user.id, BulkEdit.finished_at.is_(None))
        .order_by(BulkEdit.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def refusals_of(edit: BulkEdit, user: User, *, most: int) -> Select[*tuple[Any, ...]]:
    """For each reason: reason, how_many, numbers (of those that this person sees, the first `most`)."""
    is_seen = visible_to(user)
    numbers = func.array_agg(Ticket.ticket_number).aggregate_order_by(Ticket.id).filter(is_seen)
    return (
        select(BulkRefusal.reason, func.count().label("how_many"), numbers[1:most].label("numbers"))
        .join(Ticket, Ticket.id == BulkRefusal.ticket_id)
        .where(BulkRefusal.bulk_edit_id == edit.id)
        .group_by(BulkRefusal.reason)
        .order_by(func.count().desc(), BulkRefusal.reason)
    )


def _name(edit: type[BulkEdit]) -> ColumnElement[Any]:
    """Of whom or what the value tells by its id."""
    row_id = func.nullif(edit.value, "").cast(User.id.type)
    team = select(Team.name).where(Team.id == row_id).correlate(edit).scalar_subquery()
    return case((edit.deed == ASSIGNEE, name_of(row_id)), (edit.deed == TEAM, team))


def _state() -> ColumnElement[Any]:
    return (
        select(queued.c.status)
        .where(
            queued.c.task_name == "tickets.bulk_edit", queued.c.args["edit_id"].as_integer() == BulkEdit.id
        )
        .order_by(queued.c.id.desc())
        .limit(1)
        .correlate(BulkEdit)
        .scalar_subquery()
    )
