"""The list a ticket was opened from: it travels in the address, so that back, previous and next lead along it."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import g, has_request_context, request, url_for

from helpdesk.queues.catalogue import QUEUES
from helpdesk.queues.views import is_view_slug
from helpdesk.web.agents.lookup import number_in

SEARCH = "search"
"""The slug of what was searched for: a list as well."""
_ANY = "any-number"


@dataclass(frozen=True, slots=True)
class Origin:
    """A list as its address names it. Empty: all of it, in its usual order."""

    slug: str
    query: str = ""
    sort: str = ""

    @property
    def args(self) -> dict[str, Any]:
        """What the address of a ticket carries of the list: `in`, `q` and `sort`, without what is empty."""
        named = {"in": self.slug, **self._of_list}
        return {name: value for name, value in named.items() if value}

    @property
    def url(self) -> str:
        """The list itself."""
        if self.slug == SEARCH:
            return url_for("agents.search.show", **self._of_list)
        kind = "views" if is_view_slug(self.slug) else "queues"
        return url_for(f"agents.{kind}.show", slug=self.slug, **self._of_list)

    def ticket_url(self, number: str) -> str:
        """A ticket of this list."""
        return url_for("agents.tickets.show", number=number, **self.args)

    def ticket_urls(self) -> Callable[[str], str]:
        """The same for many tickets: only their numbers differ, and the rest is put together once."""
        before, _found, after = self.ticket_url(_ANY).partition(f"/{_ANY}")
        return lambda number: f"{before}/{quote(number)}{after}"

    @property
    def _of_list(self) -> dict[str, Any]:
        return {name: value for name, value in (("q", self.query), ("sort", self.sort)) if value}


def origin_in_request() -> Origin | None:
    """The list the address of this request names; None where it names none that exists."""
    slug = request.args.get("in", "")
    if slug != SEARCH and slug not in QUEUES and not is_view_slug(slug):
        return None
    return Origin(slug, request.args.get("q", ""), request.args.get("sort", ""))


def carry(_endpoint: str, values: MutableMapping[str, Any]) -> None:
    """On the pages of a ticket every address of that same ticket names the list again: forms and redirects keep it.

    For `Blueprint.url_defaults`.
    """
    if not has_request_context() or "agent" not in g:
        return
    number = (request.view_args or {}).get("number", "")
    if not number or "in" in values or number_in(values.get("number", "")) != number_in(number):
        return
    if (origin := origin_in_request()) is not None:
        values.update(origin.args)
