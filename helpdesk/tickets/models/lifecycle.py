"""How a ticket moves from opened to closed: status and moments change together, here and nowhere else."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    ColumnElement,
    Double,
    Interval,
    bindparam,
    cast,
    extract,
    type_coerce,
)
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core import clock
from helpdesk.core.db import Timestamps, Utc
from helpdesk.core.errors import Conflict
from helpdesk.tickets.models.status import MOVES, OPEN_STATUSES, SETTLED_STATUSES, TicketStatus

# "Was settled, is open again" is one test in the database too: no status without its moment.
LIFECYCLE_CHECKS = (
    CheckConstraint(
        "(status in ('resolved', 'closed')) = (resolved_at is not null)", name="settled_has_moment"
    ),
    CheckConstraint("(status = 'closed') = (closed_at is not null)", name="closed_has_moment"),
)


class ImpossibleMove(Conflict):
    """A status that cannot follow the present one."""


class HasLifecycle(Protocol):
    """What the rule of moves needs to know of a ticket, be it a row or an object."""

    @property
    def status(self) -> TicketStatus: ...
    @property
    def resolved_at(self) -> datetime | None: ...
    @property
    def first_resolved_at(self) -> datetime | None: ...
    @property
    def reopen_count(self) -> int: ...


def moved(ticket: HasLifecycle, to: TicketStatus, *, at: datetime) -> dict[str, Any]:
    """The columns that change when a ticket moves to another status at a moment; {} where it is there already.

    Closing an unresolved ticket settles it, so it counts as resolved at that moment. A reopen forgets
    `resolved_at` and `closed_at`, keeps `first_resolved_at`, and counts. Raises ImpossibleMove.
    """
    if to is ticket.status:
        return {}
    if to not in MOVES[ticket.status]:
        raise ImpossibleMove(_refusal(ticket.status, to))
    if to in SETTLED_STATUSES:
        return {
            "status": to,
            "resolved_at": ticket.resolved_at or at,
            "first_resolved_at": ticket.first_resolved_at or at,
            "closed_at": at if to is TicketStatus.CLOSED else None,
        }
    if ticket.status in SETTLED_STATUSES:
        return {
            "status": to,
            "resolved_at": None,
            "closed_at": None,
            "reopen_count": ticket.reopen_count + 1,
        }
    return {"status": to}


def _refusal(status: TicketStatus, to: TicketStatus) -> str:
    if status is TicketStatus.CLOSED:
        return "This ticket is closed. Reopen it first; then its status can change."
    return f"A resolved ticket can be reopened or closed, not set to “{to.value.replace('_', ' ')}”. Reopen it first."


class Lifecycle(Timestamps):
    """Status and the moments that belong to it."""

    status: Mapped[TicketStatus] = mapped_column(default=TicketStatus.OPEN, index=True)
    first_responded_at: Mapped[Utc | None]
    first_resolved_at: Mapped[Utc | None]
    resolved_at: Mapped[Utc | None] = mapped_column(index=True)
    closed_at: Mapped[Utc | None]
    reopen_count: Mapped[int] = mapped_column(default=0)

    def move_to(self, status: TicketStatus) -> bool:
        """Go to another status, with the right moments. Returns whether anything changed. Raises ImpossibleMove."""
        changes = moved(self, status, at=clock.now())
        for name, value in changes.items():
            setattr(self, name, value)
        return bool(changes)

    @hybrid_property
    def is_open(self) -> bool:
        """Somebody still has to do something: neither resolved nor closed."""
        return self.status in OPEN_STATUSES

    @is_open.inplace.expression
    @classmethod
    def _is_open_sql(cls) -> ColumnElement[bool]:
        # written into the statement, not bound: only so can PostgreSQL use the partial indexes of open tickets
        values: BindParameter[Any] = bindparam(
            "open_statuses", OPEN_STATUSES, expanding=True, literal_execute=True, unique=True
        )
        return cls.status.in_(values)

    @hybrid_property
    def age(self) -> timedelta:
        """How long ago the ticket was created."""
        return clock.now() - clock.utc(self.created_at)

    @age.inplace.expression
    @classmethod
    def _age_sql(cls) -> ColumnElement[timedelta]:
        return type_coerce(clock.sql_now() - cls.created_at, Interval())

    @hybrid_property
    def response_time_hours(self) -> float | None:
        """Hours from creation to the first public answer of staff; None while there is none."""
        if self.first_responded_at is None:
            return None
        return (clock.utc(self.first_responded_at) - clock.utc(self.created_at)).total_seconds() / 3600

    @response_time_hours.inplace.expression
    @classmethod
    def _response_time_hours_sql(cls) -> ColumnElement[float]:
        seconds = cast(extract("epoch", cls.first_responded_at - cls.created_at), Double)
        return seconds.op("/", return_type=Double())(3600.0)

    def _needs_escalation(self, hours: float = 24) -> bool:
        """Still untouched (status open) and older than so many hours."""
        return self.status is TicketStatus.OPEN and self.age > timedelta(hours=hours)

    @classmethod
    def _needs_escalation_sql(cls, hours: float = 24) -> ColumnElement[bool]:
        return (cls.status == TicketStatus.OPEN) & (cls.created_at < clock.sql_now() - timedelta(hours=hours))

    is_priority_escalation_needed = hybrid_method(_needs_escalation, _needs_escalation_sql.__func__)  # type: ignore[attr-defined]  # the function under the classmethod
