"""Which pages count as costly: lists that are searched for words, and statistics."""

from flask import g, request

from helpdesk.core.rates import Costly, count_costly
from helpdesk.web import doorway

SETTINGS = {Costly.SEARCH: "most_searches_a_minute", Costly.STATISTICS: "most_statistics_a_minute"}
NOT_COSTLY = ("news", "suggestions")
"""Parts of endpoints by which an open page asks whether there is something new: they say themselves how often. And what
is asked at every few letters: one bounded statement, whatever is typed.
"""


def limit_costly_pages() -> None:
    """For `before_request` of staff's pages, after they were let in. Raises TooMany."""
    kind = _kind()
    most = getattr(doorway.desk(), SETTINGS[kind]) if kind else 0
    if kind and most:
        count_costly(kind, user_id=g.agent.id, most=most)


def _kind() -> Costly | None:
    parts = (request.endpoint or "").split(".")
    if "statistics" in parts:
        return Costly.STATISTICS
    is_searched = request.method == "GET" and request.args.get("q", "").strip()
    return Costly.SEARCH if is_searched and not set(NOT_COSTLY) & set(parts) else None
