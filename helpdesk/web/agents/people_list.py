"""The list of people an agent may know of: what is chosen of it by the address, its rows, its counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from sqlalchemy import ColumnElement, Row

from helpdesk.accounts import queries
from helpdesk.accounts.models import User
from helpdesk.core.counts import told
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import KeysetPage, keyset_page
from helpdesk.mail.correspondence import has_blocked_address
from helpdesk.tickets.people import open_count_of_person, people_for
from helpdesk.web.agents.meant import likely_name
from helpdesk.web.languages import gettext as _

PAGE_SIZE = 50
MOST_MATCHES = 8
EVERYBODY = "everybody"
SEGMENTS: Mapping[str, ColumnElement[bool]] = {
    EVERYBODY: queries.IS_SOMEBODY,
    "customers": ~User.is_staff,
    "staff": User.is_staff.is_(True),
}


@dataclass(frozen=True, slots=True)
class PeopleList:
    """One page of people and how it was asked for."""

    show: str
    words: str
    page: KeysetPage[Any]
    counts: Mapping[str, int]
    meant: str | None
    """Who is probably meant where nobody was found."""

    @property
    def count(self) -> int:
        """How many there are in what is shown, up to a cap."""
        return self.counts[self.show]

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The choices above the list."""
        names = (_("Everybody"), _("Customers"), _("Staff"))
        return [
            {
                "label": name,
                "url": url_for("agents.people.index", **_chosen(show, self.words)),
                "is_current": show == self.show,
                "count": self.counts[show],
            }
            for show, name in zip(SEGMENTS, names, strict=True)
        ]

    @property
    def meant_url(self) -> str:
        """The list of who is probably meant."""
        return url_for("agents.people.index", **_chosen(EVERYBODY, self.meant or ""))

    def beside(self, **marks: Any) -> str:
        """The address of a neighbouring page."""
        return url_for("agents.people.index", **_chosen(self.show, self.words), **marks)


def people_list() -> PeopleList:
    """What the address asks for. Costs two statements, and two more where nobody is found."""
    asked = {name: one_line(request.args.get(name, "")) for name in ("q", "show", "after", "before")}
    show = asked["show"] if asked["show"] in SEGMENTS else EVERYBODY
    found = queries.matching(people_for(g.agent), asked["q"])
    counted = queries.counts(found, SEGMENTS, is_searched=bool(asked["q"]))
    counts = db.session.execute(counted).one()
    beside = (
        open_count_of_person(g.agent).label("open_count"),
        has_blocked_address().label("is_blocked"),
    )
    rows = queries.listed(found.where(SEGMENTS[show]), *beside)
    marks = {name: asked[name] or None for name in ("after", "before")}
    page = keyset_page(rows, queries.BY_NAME, size=PAGE_SIZE, **marks)
    meant = None if page.rows or any(marks.values()) else likely_name(asked["q"])
    return PeopleList(
        show, asked["q"], page, {each: told(count) for each, count in counts._mapping.items()}, meant
    )


def matches(words: str) -> Sequence[Row[Any]]:
    """The first few whose name, address or organization holds the words: what is offered while somebody types."""
    found = queries.matching(people_for(g.agent).where(User.is_active), one_line(words))
    order = [key.column for key in queries.BY_NAME]
    rows = queries.listed(found, open_count_of_person(g.agent).label("open_count"))
    return db.session.execute(rows.order_by(*order).limit(MOST_MATCHES)).all()


def _chosen(show: str, words: str) -> dict[str, Any]:
    """Those that say something: the whole list has the shortest address."""
    values = {"show": "" if show == EVERYBODY else show, "q": words}
    return {name: value for name, value in values.items() if value}
