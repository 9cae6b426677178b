"""Which tickets: the language of queues, searches and views. `status:open assignee:me -tag:spam (printer OR scanner)`.

docs/search.md is its reference for people.
"""

# isort: off
# Each of these modules makes its fields known by being imported: in this order they are offered.
from helpdesk.tickets.criteria import state as state
from helpdesk.tickets.criteria import people as people
from helpdesk.tickets.criteria import moments as moments
from helpdesk.tickets.criteria import hours as hours

# isort: on
from helpdesk.tickets.criteria.known import FIELDS, Asked, Field
from helpdesk.tickets.criteria.meaning import (
    Ranked,
    conditions,
    hits_of,
    leading_word,
    matching,
    ranked,
    ranked_by_word,
    word_alone,
    words_of_all,
)
from helpdesk.tickets.criteria.moments import is_of_days
from helpdesk.tickets.criteria.parsing import BadQuery, parse, together
from helpdesk.tickets.criteria.state import tag_alone
from helpdesk.tickets.criteria.terms import EVERYTHING, Group, Query, Term

__all__ = [
    "EVERYTHING",
    "FIELDS",
    "Asked",
    "BadQuery",
    "Field",
    "Group",
    "Query",
    "Ranked",
    "Term",
    "conditions",
    "hits_of",
    "is_of_days",
    "leading_word",
    "matching",
    "parse",
    "ranked",
    "ranked_by_word",
    "tag_alone",
    "together",
    "word_alone",
    "words_of_all",
]
