"""What of the policy about tickets can be asked of a person, at all and with one ticket, and why they see it."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, select

from helpdesk.accounts.models import User
from helpdesk.tickets import policy
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.policy import Ground, grounds, visible_to

ABILITIES: tuple[Callable[[User], bool], ...] = (
    policy.sees_everything,
    policy.can_open,
    policy.can_answer_any,
    policy.can_change_any,
    policy.can_watch_any,
    policy.can_delete_any,
)
"""Every predicate that asks of nothing but who does it."""
ABILITIES_WITH: tuple[Callable[[User, Ticket], bool], ...] = (
    policy.can_reply,
    policy.can_note,
    policy.can_change,
    policy.can_watch,
    policy.can_invite,
    policy.can_settle,
    policy.can_delete,
)
"""Every predicate about one ticket, for whoever sees it."""
SEES = "sees"


def why_seen(person: User, ticket: Ticket) -> Select[*tuple[Any, ...]]:
    """One row: whether the person sees it, and for each ground they can have whether it is one, by its name."""
    clauses = {ground.value: clause.label(ground.value) for ground, clause in grounds(person).items()}
    return select(visible_to(person).label(SEES), *clauses.values()).where(Ticket.id == ticket.id)


def held(row: Mapping[Any, Any]) -> list[Ground]:
    """The grounds of a row of `why_seen` that are there."""
    return [ground for ground in Ground if row.get(ground.value)]
