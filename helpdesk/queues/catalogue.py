"""The queues every desk has: which tickets, in which order, and how many there are. And lists, which are queues
narrowed by a query and sorted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Select, case, func, select

from helpdesk.accounts.models import User
from helpdesk.core.errors import Unwelcome
from helpdesk.core.pagination import Key
from helpdesk.queues.sorting import ALL_SORTS, FAST_SORTS, order_of
from helpdesk.tickets import queries
from helpdesk.tickets.criteria import Query, matching, parse
from helpdesk.tickets.models import Ticket, TicketStatus

Narrowing = Callable[[Select[Ticket], User], Select[Ticket]]

SEARCH = "search"
"""The slug of the list of everything that was searched for: not a queue of the sidebar."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A view of tickets with an address. The first of `sorts` is its usual order."""

    slug: str
    narrowed: Narrowing
    sorts: tuple[str, ...] = ALL_SORTS

    def tickets(self, user: User) -> Select[Ticket]:
        return self.narrowed(queries.tickets_for(user), user)


LATEST_FIRST = ("activity", *(sort for sort in ALL_SORTS if sort not in ("activity", "due")))
OF_EVERYTHING = ("activity", *(sort for sort in FAST_SORTS if sort != "activity"))

QUEUES: Mapping[str, Queue] = {
    queue.slug: queue
    for queue in (
        Queue("unassigned", lambda tickets, _user: queries.unassigned(tickets)),
        Queue("mine", queries.assigned_to),
        Queue("teams", queries.of_teams),
        Queue("overdue", lambda tickets, _user: queries.overdue(tickets)),
        Queue("waiting", lambda tickets, _user: queries.waiting(tickets)),
        Queue("undelivered", lambda tickets, _user: queries.undelivered(tickets), LATEST_FIRST),
        Queue("open", lambda tickets, _user: queries.open_ones(tickets)),
        Queue("resolved", lambda tickets, _user: queries.recently_resolved(tickets), LATEST_FIRST),
        Queue("everything", lambda tickets, _user: tickets, OF_EVERYTHING),
    )
}
"""By slug, in the order of the sidebar."""

_SEARCH = Queue(SEARCH, lambda tickets, _user: tickets, OF_EVERYTHING)


class NoSuchList(Unwelcome):
    """No queue has this slug."""

    status = 404


class NoSuchSort(Unwelcome):
    """The list cannot be sorted that way."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A queue or search as its address asks for it. `sort` is empty for the usual order."""

    slug: str
    query: Query
    sort: str
    sorts: tuple[str, ...]
    tickets: Select[Ticket]
    order: Sequence[Key]

    @property
    def sorted_by(self) -> str:
        """The sort in force: its name, after a minus where it is reversed."""
        return self.sort or self.sorts[0]


def listing(slug: str, query: str | Query, sort: str, user: User, *, zone: ZoneInfo) -> Listing:
    """The tickets of a list for this person; days are those of `zone`.

    Raises NoSuchList, NoSuchSort, BadQuery.
    """
    queue = _SEARCH if slug == SEARCH else QUEUES.get(slug)
    if queue is None:
        raise NoSuchList("There is no such queue. The sidebar shows those there are.")
    if sort and sort.removeprefix("-") not in queue.sorts:
        raise NoSuchSort("This list cannot be sorted that way. Choose a column at its head.")
    meant = parse(query) if isinstance(query, str) else query
    return Listing(
        slug=slug,
        query=meant,
        sort="" if sort == queue.sorts[0] else sort,
        sorts=queue.sorts,
        tickets=matching(queue.tickets(user), meant, user, zone=zone),
        order=order_of(sort or queue.sorts[0], usual=queue.sorts[0]),
    )


def counts_for(user: User) -> Select[int, int, int, int, int, int, int, int]:
    """How many tickets the queues hold, in one statement over the open ones, the few of which an answer did not
    arrive, and the recently resolved ones.

    Everything is not counted: it would be read whole.
    """
    open_tickets = queries.open_ones(queries.tickets_for(user)).with_only_columns(
        Ticket.assignee_id, Ticket.team_id, Ticket.status, Ticket.is_overdue.label("is_overdue")
    )
    tickets = open_tickets.subquery()
    resolved = queries.recently_resolved(queries.tickets_for(user)).with_only_columns(func.count())
    undelivered = queries.undelivered(queries.tickets_for(user)).with_only_columns(func.count())
    is_waiting = tickets.c.status == TicketStatus.WAITING_ON_CUSTOMER
    return select(
        func.count(case((tickets.c.assignee_id.is_(None), 1))).label("unassigned"),
        func.count(case((tickets.c.assignee_id == user.id, 1))).label("mine"),
        func.count(case((tickets.c.team_id.in_(user.team_ids), 1))).label("teams"),
        func.count(case((tickets.c.is_overdue, 1))).label("overdue"),
        func.count(case((is_waiting, 1))).label("waiting"),
        undelivered.scalar_subquery().label("undelivered"),
        func.count().label("open"),
        resolved.scalar_subquery().label("resolved"),
    )
