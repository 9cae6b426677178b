"""The list of colleagues as its address asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from sqlalchemy import func

from helpdesk.accounts.colleagues import BY_NAME, BY_NAME_BACKWARDS, colleagues_of, listed, matching
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import Key, KeysetPage, keyset_page
from helpdesk.tickets.requests import name_of_organization, organization_id
from helpdesk.web.customers.belonging import learn_name

PAGE_SIZE = 50
FORWARDS, BACKWARDS = "name", "-name"
ORDERS: Mapping[str, tuple[Key, Key]] = {FORWARDS: BY_NAME, BACKWARDS: BY_NAME_BACKWARDS}


@dataclass(frozen=True, slots=True)
class ColleagueList:
    """One page of colleagues and how it was asked for."""

    words: str
    sort: str
    page: KeysetPage[Any]
    count: int

    @property
    def direction(self) -> str:
        """For the head of the column, as components/column.html takes it."""
        return "descending" if self.sort == BACKWARDS else "ascending"

    def url(self, **other: str | None) -> str:
        """The same list with something changed."""
        sort = None if self.sort == FORWARDS else self.sort
        wanted: dict[str, Any] = {"q": self.words or None, "sort": sort, **other}
        return url_for("customers.colleagues.index", **wanted)

    @property
    def turned_url(self) -> str:
        """The list the other way round."""
        return self.url(sort=None if self.sort == BACKWARDS else BACKWARDS)


def colleague_list() -> ColleagueList:
    """What the address asks for, in two statements. Raises BadMark."""
    # after a refused deed the address is that of the deed: then the list as it begins
    words = one_line(request.args.get("q", ""))
    sort = BACKWARDS if request.args.get("sort") == BACKWARDS else FORWARDS
    marks = {name: request.args.get(name) for name in ("after", "before")}
    people = matching(colleagues_of(g.customer), words)
    page = keyset_page(listed(people), ORDERS[sort], size=PAGE_SIZE, **marks)
    count, name = db.session.execute(
        people.with_only_columns(func.count(), name_of_organization(organization_id(g.customer)))
    ).one()
    learn_name(name)
    return ColleagueList(words=words, sort=sort, page=page, count=count)
