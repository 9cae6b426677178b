"""Did you mean …: another spelling of what found nothing, told only where that one finds something."""

from dataclasses import replace

from flask import g

from helpdesk.core.db import db
from helpdesk.queues.catalogue import SEARCH, listing
from helpdesk.tickets.criteria import Query, Term, leading_word
from helpdesk.tickets.known_words import likely_meant
from helpdesk.tickets.likely_people import likely_people, may_be_alike, most_like
from helpdesk.tickets.models import Ticket
from helpdesk.web.agents.desk_zone import desk_zone


def likely_query(query: Query) -> Query | None:
    """The query with its leading word as it is known, or else its words as somebody is called. None where neither
    finds anything this agent may see.
    """
    lead = leading_word(query)
    if lead is None:
        return None
    return _found(_with_known_word(query, lead)) or _found(_with_known_person(query))


def likely_name(typed: str) -> str | None:
    """Who is probably meant, of those this agent may know of: a name, or an address where one was typed.

    Costs two statements.
    """
    likely = likely_people(typed, g.agent)
    if likely is None:
        return None
    db.session.execute(may_be_alike())
    return most_like(typed, db.session.scalars(likely))


def _with_known_word(query: Query, lead: Term) -> Query | None:
    known = db.session.scalar(likely_meant(lead.values[0]))
    if known is None:
        return None
    corrected = replace(lead, values=(known,))
    return Query(tuple(corrected if part == lead else part for part in query.parts))


def _with_known_person(query: Query) -> Query | None:
    """All that is sought by its words is taken for one name; its words come where the first of them stood."""
    words = [term for term in query.terms if not term.field and not term.is_negated]
    name = likely_name(" ".join(term.values[0] for term in words))
    if name is None:
        return None
    called = [replace(words[0], values=(word,)) for word in name.split()]
    before, rest = (
        query.parts[: query.parts.index(words[0])],
        [part for part in query.parts if part not in words],
    )
    return Query((*before, *called, *rest[len(before) :]))


def _found(meant: Query | None) -> Query | None:
    if meant is None:
        return None
    tickets = listing(SEARCH, meant, "", g.agent, zone=desk_zone()).tickets
    return meant if db.session.scalar(tickets.with_only_columns(Ticket.id).limit(1)) else None
