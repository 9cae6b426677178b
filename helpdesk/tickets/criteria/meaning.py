"""From a query to the conditions PostgreSQL looks tickets up by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    any_,
    false,
    func,
    not_,
    or_,
    select,
    union_all,
)

from helpdesk.accounts.models import User
from helpdesk.core.pagination import Key
from helpdesk.tickets.criteria.hits import every_hit, hits
from helpdesk.tickets.criteria.known import FIELDS, Asked
from helpdesk.tickets.criteria.places import COMMENTS, PLACES
from helpdesk.tickets.criteria.terms import PLACE, Group, Part, Query, Term
from helpdesk.tickets.criteria.words import Among, Word, says, these, word_of
from helpdesk.tickets.models import Ticket


def matching(
    tickets: Select[Ticket],
    query: Query,
    user: User,
    ids: Sequence[int] | None = None,
    *,
    zone: ZoneInfo,
) -> Select[Ticket]:
    """Those of the tickets that meet the query, as this person may know it. Days are days of `zone`, the desk's.

    With `ids` only of these tickets: words are then sought among them, not everywhere.
    """
    if ids is None:
        return tickets.where(*conditions(query, user, zone=zone))
    among = these(ids)
    met = _Reading(user, zone, _last_word(query), among).all_of(query, PLACES)
    return tickets.where(Ticket.id == any_(among), *met)


def conditions(query: Query, user: User, *, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """What must hold for a ticket to meet the query: for statements that ask for several things at once."""
    return _Reading(user, zone, _last_word(query)).all_of(query, PLACES)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Tickets with the moments of their hits, and the order that begins with the latest."""

    tickets: Select[Ticket]
    order: tuple[Key, Key]


def leading_word(query: Query) -> Term | None:
    """The longest of the words that each ticket found must have: probably the rarest."""
    return max(words_of_all(query), key=lambda term: len(term.values[0]), default=None)


def words_of_all(query: Query) -> tuple[Term, ...]:
    """The words that each ticket found must have."""
    words = (term for term in query.terms if not term.field and not term.is_negated)
    return tuple(filter(_has_letters, words))


def hits_of(
    word: Term, query: Query, user: User, since: datetime | None, *, is_sample: bool = False
) -> CompoundSelect[int, datetime]:
    """Where one word of a query stands, for staff: `ticket_id` and `moment`, a ticket as often as it has the word.

    A sample is content with messages, where words are sought in messages at all.
    """
    places = set(query.places or PLACES)
    if is_sample:
        places = places & {COMMENTS} or places
    is_last = word is _last_word(query)
    return every_hit(word_of(word.values[0]), user, is_prefix=is_last, places=places, since=since)


def ranked(
    tickets: Select[Ticket],
    query: Query,
    user: User,
    lead: Term,
    since: datetime | None,
    ids: Sequence[int] | None = None,
    is_of_lead: bool = False,
    *,
    zone: ZoneInfo,
) -> Ranked:
    """Those of the tickets that meet the query, for staff, by what speaks for them: hits of one of its words.

    With `since` only those with a later moment, which all come before the rest. With `ids` only of these tickets: all
    words are then sought among them, not everywhere; the leading one is not, where it `is_of_lead` that they are.
    """
    last, places = _last_word(query), query.places or PLACES
    among = None if ids is None else these(ids)
    found = hits(
        word_of(lead.values[0]),
        user,
        is_prefix=lead is last,
        places=places,
        since=since,
        among=None if is_of_lead else among,
    )
    each = found.subquery("hits")
    rest = _Reading(user, zone, last, among).all_of(query.without(lead), places)
    return Ranked(
        tickets.join(each, each.c.ticket_id == Ticket.id).where(*rest),
        (Key(each.c.moment, descending=True), Key(Ticket.id, descending=True)),
    )


def _last_word(query: Query) -> Term | None:
    """The one that may still be being typed."""
    words = [term for term in query.all_terms if not term.field]
    return words[-1] if words else None


def word_alone(query: Query) -> str | None:
    """The word or phrase of a query that asks for nothing else, anywhere; None for any other query."""
    lead = leading_word(query)
    return lead.values[0] if lead is not None and query.parts == (lead,) else None


def ranked_by_word(
    tickets: Select[Ticket], word: Word, user: User, since: BindParameter[datetime] | None
) -> Ranked:
    """What `ranked` says of such a query, for statements that are kept."""
    found = hits(word, user, is_prefix=True, places=PLACES, since=since).subquery("hits")
    return Ranked(
        tickets.join(found, found.c.ticket_id == Ticket.id),
        (Key(found.c.moment, descending=True), Key(Ticket.id, descending=True)),
    )


def _has_letters(term: Term) -> bool:
    return any(map(str.isalnum, term.values[0]))


@dataclass(frozen=True, slots=True)
class _Reading:
    """Who asks, and the last word: it may still be being typed, so that its beginning is enough."""

    user: User
    zone: ZoneInfo
    last_word: Term | None
    among: Among | None = None
    """Tickets that are asked alone: words are sought among them."""

    def all_of(self, query: Query, places: Collection[str]) -> list[ColumnElement[bool]]:
        """The conditions of each part. Words are sought in these places unless the query says where."""
        found = []
        for part in query.parts:
            met = self._met(part, query.places or places)
            if met is not None:
                # a ticket without a team is not of team Billing: unknown counts as no
                found.append(not_(func.coalesce(met, false())) if part.is_negated else met)
        return found

    def _met(self, part: Part, places: Collection[str]) -> ColumnElement[bool] | None:
        """The condition of one part without its negation; None where it asks nothing."""
        if isinstance(part, Group):
            return self._any_of(part, places)
        if not part.field:
            is_unfinished = part is self.last_word and not part.is_negated
            return says(part.values[0], self.user, is_prefix=is_unfinished, places=places, among=self.among)
        if part.field == PLACE:
            return None
        field = FIELDS[part.field]
        return or_(*(field.where(Asked(value, part.operator, self.user, self.zone)) for value in part.values))

    def _any_of(self, group: Group, places: Collection[str]) -> ColumnElement[bool] | None:
        alternatives = [(each, self.all_of(each, places)) for each in group.alternatives]
        asked = [(each, met) for each, met in alternatives if met]
        if not asked:
            return None
        if (
            len(asked) > 1
            and not group.is_negated
            and all(map(_is_found_by_words, (each for each, _ in asked)))
        ):
            # each alternative starts from the index of its word; an OR would look at every ticket there is
            return Ticket.id.in_(
                union_all(*(select(Ticket.id).where(*met).correlate(None) for _, met in asked))
            )
        return or_(*(and_(*met) for _, met in asked))


def _is_found_by_words(query: Query) -> bool:
    return any(not term.field and not term.is_negated for term in query.terms)
