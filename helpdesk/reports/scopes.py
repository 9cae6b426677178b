"""Which tickets statistics are about: those a person may see, narrowed by a filter whose terms lists understand too."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import false, or_

from helpdesk.accounts.models import User
from helpdesk.reports.measures import COUNTED, Terms
from helpdesk.reports.statements import Scope
from helpdesk.tickets.criteria import Query, matching
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.policy import Ground, grounds
from helpdesk.tickets.queries import tickets_for

FILTERS = ("team", "tag", "org", "priority", "assignee")
"""The fields statistics can be narrowed by."""


def scope_of(user: User, terms: Terms, *, zone: ZoneInfo, people: Mapping[str, int]) -> Scope:
    """The tickets that are counted. `people` are the ids behind the addresses that terms name: the role that counts
    reads no addresses.
    """
    named = [
        term for term in terms if term.field == "assignee" and any("@" in value for value in term.values)
    ]
    others = tuple(term for term in terms if term not in named)
    tickets = matching(tickets_for(user), Query((*COUNTED, *others)), user, zone=zone)
    for term in named:
        ids = [people[value] for value in term.values if value in people]
        tickets = tickets.where(or_(false(), *(Ticket.assignee_id == each for each in ids)))
    return Scope(tickets, user, zone, is_whole=not terms and Ground.EVERY in grounds(user))
