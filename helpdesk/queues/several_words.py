"""Where a search by several words looks: among the tickets of one of them, so that no other is sought everywhere.

The newest messages tell how common each word is. Common words fill a page from the newest tickets of the leading one:
the more of its hits the others leave over, the fewer of them are needed. Otherwise all tickets of the rarest word are
found, and the others sought among them. Where these are independent of each other either way costs about as many hits
as the square root of the number of tickets. All of that only decides how fast the answer is found, never what it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import prod
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, select

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.core.pagination import Key, paged
from helpdesk.queues.windows import ENOUGH, SAMPLE, Look, Windows, is_large, known_windows, looks_for_one
from helpdesk.tickets.criteria import Query, Term, hits_of, leading_word, words_of_all
from helpdesk.tickets.models import Ticket

MESSAGES = 5
"""Of a ticket, about: each may have the other word."""
MOST = 10_000
"""Hits of a word whose tickets are found to look for other words among them: each is a page of 8 kB that is read, and a
thousand tickets take PostgreSQL some five milliseconds to plan for."""
DEARER = 4
"""Times as much as a hit of a word that is sought everywhere costs one whose ticket is asked for the others."""
_PLANNED = func.set_config("plan_cache_mode", "force_custom_plan", True)
"""What comes next in this transaction is planned for just its tickets: a plan for any would read all they say."""
_UNSEEN = 0.3
"""Hits in the sample that a word without any is taken for."""
FIRST_OF_LIST = 2_000
"""Tickets of a list in an order of its own that are looked through before all."""


def looks(query: Query, user: User, *, is_whole: bool = False) -> Iterator[Look]:
    """One after another, until a page is full; the last one shows all there is. `is_whole` begins with that.

    One word costs nothing, several cost a statement and then up to one a look.
    """
    words = [term for term in query.all_terms if not term.field]
    if len(words) == 1 or not is_large():
        yield from looks_for_one(is_whole=is_whole)
        return
    known = known_windows()
    shares = _shares(query, user, known)
    if not is_whole:
        yield from _windows_of(query, user, known, shares)
    yield _rarest(query, user, known, shares)


def first_of(tickets: Select[Ticket], order: Sequence[Key], **marks: Any) -> Sequence[int] | None:
    """The ids of the first of these tickets in an order, or behind a mark: FIRST_OF_LIST and one more where there are
    as many; None where a desk is small enough for all to be looked through. One statement.
    """
    if not is_large():
        return None
    first = paged(tickets.with_only_columns(Ticket.id), order, size=FIRST_OF_LIST, **marks).subquery()
    return db.session.execute(select(func.array_agg(first.c.id), _PLANNED)).one()[0] or ()


def _shares(query: Query, user: User, known: Windows) -> Mapping[Term, float]:
    """Which part of all messages has each word, as the newest ones tell. One statement."""
    words = words_of_all(query)
    hits = (hits_of(word, query, user, known.begins[SAMPLE], is_sample=True) for word in words)
    counts = (select(func.count()).select_from(each.subquery()).scalar_subquery() for each in hits)
    *counted, _ = db.session.execute(select(*counts, _PLANNED)).one()
    return {word: max(count, _UNSEEN) / SAMPLE for word, count in zip(words, counted, strict=True)}


def _windows_of(query: Query, user: User, known: Windows, shares: Mapping[Term, float]) -> Iterator[Look]:
    """The smallest that probably fills a page; if it does not, a larger one by what it has told. None that costs more
    than the tickets of the rarest word, or all words everywhere.
    """
    lead = leading_word(query)
    assert lead
    chance = prod(1 - (1 - share) ** MESSAGES for word, share in shares.items() if word != lead)
    most = min(MOST, known.messages * min(*shares.values(), sum(shares.values()) / DEARER))
    for size, since in known.begins.items():
        hits = size * shares[lead]
        if hits > most:
            return
        if hits * chance >= ENOUGH:
            ids = _tickets_of(hits_of(lead, query, user, since))
            if ids is None:
                return
            look = Look(since, ids, is_of_lead=True)
            yield look
            chance = min(chance, (look.found + 1) / hits)


def _rarest(query: Query, user: User, known: Windows, shares: Mapping[Term, float]) -> Look:
    """The tickets of the rarest word; everything where that is common, too, or the others are not."""
    word, share = min(shares.items(), key=lambda each: each[1])
    if share * known.messages > MOST or share * DEARER > sum(shares.values()):
        return Look()
    return Look(ids=_tickets_of(hits_of(word, query, user, None)), is_of_lead=word == leading_word(query))


def _tickets_of(hits: CompoundSelect[int, datetime]) -> Sequence[int] | None:
    """Their ids; None where there are more than MOST hits, of which no more are looked at."""
    found = hits.limit(MOST + 1).subquery()
    count, ids = db.session.execute(
        select(func.count(), func.array_agg(found.c.ticket_id.distinct())).select_from(found)
    ).one()
    return None if count > MOST else ids or ()
