"""The rows of lists of tickets, a page at a time. The statements of queues and of searches by one word are kept; those
of others are built.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import g
from sqlalchemy import DateTime, Select, bindparam

from helpdesk.accounts.models import User
from helpdesk.core.pagination import Kept, Key, KeysetPage, direction_of, keyset_page, paged
from helpdesk.mail.correspondence import is_automatic
from helpdesk.queues.catalogue import QUEUES, SEARCH, Listing
from helpdesk.queues.found_first import rows_and_order
from helpdesk.queues.rows import rows_of
from helpdesk.queues.several_words import FIRST_OF_LIST, first_of, looks
from helpdesk.queues.sorting import order_of
from helpdesk.queues.tagged import Tagged, tagged_rows_and_order, windows_of
from helpdesk.queues.windows import looks_for_one
from helpdesk.tickets.criteria import ranked_by_word, word_alone
from helpdesk.tickets.criteria.words import bound_word, is_phrase, values_of_word
from helpdesk.tickets.headlines import Sought, sought_by, word_sought
from helpdesk.tickets.kept import kept, values_of
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import tickets_for

PAGE_SIZE = 50
Marks = Mapping[str, str | None]


def rows_for(
    tickets: Select[Ticket], user: User, more: Collection[str] = (), found: Sought = ()
) -> Select[*tuple[Any, ...]]:
    """`rows_of`, each with `is_automatic`."""
    return rows_of(tickets, user, more, found).add_columns(is_automatic().label("is_automatic"))


def page_of(asked: Listing, marks: Marks, tagged: Tagged | None = None) -> KeysetPage[Any]:
    """A page of a list, as the signed-in agent sees it. Costs one statement, with windows up to one for each.

    `tagged` is what `tagged_of` says of the list.
    """
    if (text := word_alone(asked.query)) and asked.best:
        return _word_page(text, marks)
    if asked.best:
        return _best_page(asked, marks)
    if asked.before_words and (page := _page_of_first(asked, asked.before_words(), marks)):
        return page
    if asked.slug in QUEUES and not asked.query:
        rows, first = _queue(g.agent, asked.slug, asked.sort, PAGE_SIZE)
        return keyset_page(Kept(rows, first, values_of(g.agent)), asked.order, size=PAGE_SIZE, **marks)
    more = asked.view.columns if asked.view else ()
    if tagged:
        return _tagged_page(asked, tagged, marks, more)
    tickets, order = rows_and_order(asked)
    rows = rows_for(tickets, g.agent, more, sought_by(asked.query) if asked.slug == SEARCH else ())
    return keyset_page(rows, order, size=PAGE_SIZE, **marks)


def _page_of_first(asked: Listing, tickets: Select[Ticket], marks: Marks) -> KeysetPage[Any] | None:
    """A page of the first tickets that a list has before its words narrow it, or of those behind the mark: where they
    fill it, or are all, it shows what all would.
    """
    backwards = bool(marks["before"]) and not marks["after"]
    mark = marks["before"] if backwards else marks["after"]
    ids = first_of(tickets, asked.order, mark=mark, backwards=backwards)
    if ids is None:
        return None
    words = sought_by(asked.query) if asked.slug == SEARCH else ()
    rows = rows_for(asked.matched(ids), g.agent, found=words)
    page = keyset_page(rows, asked.order, size=PAGE_SIZE, **marks)
    is_full = bool(page.before if backwards else page.after)
    return page if is_full or len(ids) <= FIRST_OF_LIST else None


@kept
def _queue(user: User, slug: str, sort: str, size: int) -> tuple[Select[Any], Select[Any]]:
    """All of a queue in an order it has, and its first page."""
    queue = QUEUES[slug]
    usual = queue.sorts[0]
    rows = rows_for(queue.tickets(user), user)
    return rows, paged(rows, order_of(sort or usual, usual=usual), size=size)


def _tagged_page(asked: Listing, tagged: Tagged, marks: Marks, more: Collection[str]) -> KeysetPage[Any]:
    """A page that goes on beyond a window is full."""
    for window in windows_of(asked, tagged):
        tickets, order = tagged_rows_and_order(asked, tagged, window, size=PAGE_SIZE, **marks)
        page = keyset_page(rows_for(tickets, g.agent, more), order, size=PAGE_SIZE, **marks)
        if window is None or (page.before if direction_of(**marks)[1] else page.after):
            break
    return page


def _best_page(asked: Listing, marks: Marks) -> KeysetPage[Any]:
    """The first window that fills a page holds what the whole search would show. Backwards there is no such thing."""
    assert asked.best
    page: KeysetPage[Any] = KeysetPage((), None, None)
    words = sought_by(asked.query)
    for look in looks(asked.query, g.agent, is_whole=marks["before"] is not None):
        found = asked.best(look.since, look.ids, look.is_of_lead)
        page = keyset_page(
            rows_for(found.tickets, g.agent, found=words), found.order, size=PAGE_SIZE, **marks
        )
        look.found = len(page.rows)
        if page.after:
            break
    return page


def _word_page(text: str, marks: Marks) -> KeysetPage[Any]:
    """The same for one word or phrase alone: what most search for."""
    for look in looks_for_one(is_whole=bool(marks["before"])):
        rows, order, first = _word(g.agent, is_phrase(text), look.since is not None, PAGE_SIZE)
        values = {**values_of_word(text), "since": look.since, **values_of(g.agent)}
        page = keyset_page(Kept(rows, first, values), order, size=PAGE_SIZE, **marks)
        look.found = len(page.rows)
        if page.after:
            break
    return page


@kept
def _word(
    user: User, is_phrase: bool, is_windowed: bool, size: int
) -> tuple[Select[Any], Sequence[Key], Select[Any]]:
    """All of such a search, its order, and its first page."""
    word = bound_word(is_phrase=is_phrase)
    since = bindparam("since", type_=DateTime(timezone=True)) if is_windowed else None
    found = ranked_by_word(tickets_for(user), word, user, since)
    rows = rows_for(found.tickets, user, found=word_sought(word))
    return rows, found.order, paged(rows, found.order, size=size)
