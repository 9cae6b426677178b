"""Which pages count as costly: lists that are searched for words, and statistics."""

from flask import g, request

from helpdesk.core.rates import Costly, count_costly

POLLS = ("news",)
"""Parts of endpoints by which an open page asks whether there is something new: they say themselves how often."""


def limit_costly_pages() -> None:
    """For `before_request` of staff's pages, after they were let in. Raises TooMany."""
    kind = _kind()
    if kind is not None:
        count_costly(kind, user_id=g.agent.id)


def _kind() -> Costly | None:
    parts = (request.endpoint or "").split(".")
    if "statistics" in parts:
        return Costly.STATISTICS
    is_searched = request.method == "GET" and request.args.get("q", "").strip()
    return Costly.SEARCH if is_searched and not set(POLLS) & set(parts) else None
