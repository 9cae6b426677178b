"""Which tickets: the small language of queues and searches. `status:open assignee:me -tag:spam printer`."""

from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, false, func, not_, or_

from helpdesk.accounts.models import User

# Each of these modules makes its fields known by being imported.
from helpdesk.tickets.criteria import hours as hours
from helpdesk.tickets.criteria import moments as moments
from helpdesk.tickets.criteria import people as people
from helpdesk.tickets.criteria import state as state
from helpdesk.tickets.criteria.known import FIELDS, Asked, Field
from helpdesk.tickets.criteria.parsing import BadQuery, parse
from helpdesk.tickets.criteria.terms import EVERYTHING, Query, Term
from helpdesk.tickets.criteria.words import says
from helpdesk.tickets.models import Ticket

__all__ = ["EVERYTHING", "FIELDS", "BadQuery", "Field", "Query", "Term", "conditions", "matching", "parse"]


def matching(tickets: Select[Ticket], query: Query, user: User, *, zone: ZoneInfo) -> Select[Ticket]:
    """Those of the tickets that meet every term, as this person may know it. Days are days of `zone`, the desk's."""
    return tickets.where(*conditions(query, user, zone=zone))


def conditions(query: Query, user: User, *, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """What must hold for a ticket to meet every term: for statements that ask for several things at once."""
    last_word = next((term for term in reversed(query.terms) if not term.field), None)
    found = []
    for term in query.terms:
        met = _met(term, user, zone, is_prefix=term is last_word and not term.is_negated)
        if met is not None:
            # a ticket without a team is not of team Billing: unknown counts as no
            found.append(not_(func.coalesce(met, false())) if term.is_negated else met)
    return found


def _met(term: Term, user: User, zone: ZoneInfo, *, is_prefix: bool) -> ColumnElement[bool] | None:
    """The condition of one term without its negation; None where it asks nothing."""
    if not term.field:
        return says(term.values[0], user, is_prefix=is_prefix)
    field = FIELDS[term.field]
    return or_(*(field.where(Asked(value, term.operator, user, zone)) for value in term.values))
