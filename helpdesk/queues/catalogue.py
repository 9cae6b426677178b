"""The queues every desk has: which tickets, and in which order. And lists, which are queues or views narrowed by a
query and sorted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Select, false, select

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.pagination import Key
from helpdesk.queues.looks import VIEW_SORTS
from helpdesk.queues.sorting import ALL_SORTS, FAST_SORTS, order_of
from helpdesk.queues.views import View, is_view_slug, pinned_views, read_views
from helpdesk.tickets import queries
from helpdesk.tickets.criteria import (
    EVERYTHING,
    BadQuery,
    Query,
    Ranked,
    Term,
    is_of_days,
    leading_word,
    matching,
    parse,
    ranked,
    tag_alone,
)
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.policy import sees_everything

Narrowing = Callable[[Select[Ticket], User], Select[Ticket]]

BEST = "best"
"""The order of a search by words: what speaks most for it first."""
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
class OfTag:
    """What a list of all tickets with a tag is made of: the names that say which tag, those of tags it is without, and
    what it would be without the former.
    """

    names: tuple[str, ...]
    without: tuple[str, ...]
    rest: Callable[[], Select[Ticket]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A queue, view or search as its address asks for it. `sort` is empty for the usual order, `problem` says why a
    view shows nothing. Its statements are put together when somebody asks for them: that takes longer than most of
    what is done with a list.
    """

    slug: str
    query: Query
    sort: str
    sorts: tuple[str, ...]
    matched: Callable[..., Select[Ticket]]
    """All of it, or those of certain tickets."""
    ordered: Callable[[], Sequence[Key]]
    usual: str
    view: View | None = None
    problem: str = ""
    best: Callable[..., Ranked] | None = None
    """For a search by words: its tickets with the best first, those since a moment or all, among some or all."""
    before_words: Callable[[], Select[Ticket]] | None = None
    """For a list in an order of its own that only words narrow: what they narrow."""
    is_found_first: bool = False
    """Whether it is about few days, so that all of it is sooner found than the first rows in its order."""
    of_tag: OfTag | None = None
    """Set where it is all there is with a tag, for somebody who sees everything."""

    @property
    def tickets(self) -> Select[Ticket]:
        """All of it, in no order. Put together at each call."""
        return self.matched()

    @property
    def order(self) -> Sequence[Key]:
        """What it is sorted by. Put together at each call."""
        return self.ordered()

    @property
    def meaning(self) -> str:
        """Which tickets it asks for, in one spelling: a view that is changed means something else."""
        return "\n".join((self.slug, self.view.query if self.view else "", str(self.query)))

    @property
    def sorted_by(self) -> str:
        """The sort in force: its name, after a minus where it is reversed."""
        return self.sort or self.usual

    @property
    def is_descending(self) -> bool:
        """Whether the sort in force begins with the largest."""
        return order_of(self.sorted_by, self.usual)[0].descending

    @property
    def grouped_by(self) -> str:
        """What rows stand together by; what is due only groups rows in its order."""
        grouping = self.view.grouping if self.view else "due"
        return grouping if grouping != "due" or self.sorted_by == "due" else ""


def listing(
    slug: str, query: str | Query, sort: str, user: User, *, zone: ZoneInfo, view: View | None = None
) -> Listing:
    """The tickets of a list for this person; days are those of `zone`. A `view` that was read already costs nothing,
    else it costs one statement.

    Raises NoSuchList, NoSuchSort, BadQuery.
    """
    if is_view_slug(slug):
        return _of_view(view or find_view(slug, user), query, sort, user, zone)
    queue = _SEARCH if slug == SEARCH else QUEUES.get(slug)
    if queue is None:
        raise NoSuchList("There is no such queue. The sidebar shows those there are.")
    if sort and sort.removeprefix("-") not in queue.sorts:
        raise NoSuchSort("This list cannot be sorted that way. Choose a column at its head.")
    meant = parse(query) if isinstance(query, str) else query
    lead = leading_word(meant) if slug == SEARCH and not sort and user.is_staff else None
    best = partial(_ranked, queue, meant, user, lead, zone=zone) if lead else None
    usual = BEST if best else queue.sorts[0]
    return Listing(
        slug=slug,
        query=meant,
        sort="" if sort == usual else sort,
        sorts=queue.sorts,
        matched=lambda ids=None: matching(queue.tickets(user), meant, user, ids, zone=zone),
        ordered=lambda: best(None).order if best else order_of(sort or usual, usual=usual),
        usual=usual,
        before_words=partial(queue.tickets, user) if meant.is_of_words and not best else None,
        best=best,
        is_found_first=_is_of_days(meant, zone),
        of_tag=_of_tag(meant, user, zone) if slug in (SEARCH, "everything") else None,
    )


def _ranked(
    queue: Queue,
    query: Query,
    user: User,
    lead: Term,
    since: datetime | None,
    ids: Sequence[int] | None = None,
    is_of_lead: bool = False,
    *,
    zone: ZoneInfo,
) -> Ranked:
    return ranked(queue.tickets(user), query, user, lead, since, ids, is_of_lead, zone=zone)


def find_view(slug: str, user: User) -> View:
    """The view with this address, if this person may open it. Raises NoSuchList."""
    found = read_views(db.session.scalar(select(pinned_views(user, slug))) or ())
    view = next((each for each in found if each.slug == slug), None)
    if view is None:
        raise NoSuchList("There is no such view. The sidebar shows those you have.")
    return view


def _of_view(view: View, query: str | Query, sort: str, user: User, zone: ZoneInfo) -> Listing:
    """What no longer makes sense in a view, such as a field of an older program, shows nothing and says so."""
    if sort and sort.removeprefix("-") not in VIEW_SORTS:
        raise NoSuchSort("This list cannot be sorted that way. Choose a column at its head.")
    meant = parse(query) if isinstance(query, str) else query
    usual = view.sort if view.sort.removeprefix("-") in VIEW_SORTS else "activity"
    try:
        kept, problem = parse(view.query), ""
    except BadQuery as bad:
        kept, problem = EVERYTHING, bad.sentence

    def matched() -> Select[Ticket]:
        tickets = matching(queries.tickets_for(user), kept, user, zone=zone)
        return matching(tickets.where(false()) if problem else tickets, meant, user, zone=zone)

    return Listing(
        slug=view.slug,
        query=meant,
        sort="" if sort == usual else sort,
        sorts=VIEW_SORTS,
        matched=matched,
        ordered=lambda: order_of(sort or usual, usual=usual, grouping=view.grouping),
        usual=usual,
        view=view,
        problem=problem,
        is_found_first=_is_of_days(meant, zone) or _is_of_days(kept, zone),
        of_tag=None if problem else _of_tag(Query((*kept.parts, *meant.parts)), user, zone),
    )


def _is_of_days(query: Query, zone: ZoneInfo) -> bool:
    return any(is_of_days(term, zone) for term in query.terms)


def _of_tag(query: Query, user: User, zone: ZoneInfo) -> OfTag | None:
    """For what is asked of all tickets. Who does not see every one has few, of which any can be asked for its tags."""
    term = tag_alone(query)
    if term is None or not sees_everything(user):
        return None
    rest = query.without(term)
    return OfTag(
        term.values,
        tuple(name for other in rest.terms for name in other.values),
        lambda: matching(queries.tickets_for(user), rest, user, zone=zone),
    )
