"""Organizations an agent may know of: all of them, found by name or domain; and one of them."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from sqlalchemy import func, or_

from helpdesk.accounts.models import Organization
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import KeysetPage, keyset_page
from helpdesk.tickets.people import BY_NAME, open_count_of_organization, organizations_for, people_count
from helpdesk.web.agents.organization_page import show_organization
from helpdesk.web.agents.people_lookup import ROW_ID
from helpdesk.web.answers import Page

bp = Blueprint("organizations", __name__, url_prefix="/organizations")

PAGE_SIZE = 50
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class OrganizationList:
    """One page of organizations and how it was asked for."""

    words: str
    page: KeysetPage[Any]
    count: int

    def beside(self, **marks: Any) -> str:
        """The address of a neighbouring page."""
        return url_for("agents.organizations.index", q=self.words or None, **marks)


@bp.get("")
def index() -> Page:
    return render_template("agents/organizations/index.html", organizations=_list())


@bp.get(f"/<{ROW_ID}:organization_id>")
def show(organization_id: int) -> Page:
    return show_organization(organization_id)


def _list() -> OrganizationList:
    """Costs two statements."""
    words = one_line(request.args.get("q", ""))
    found = organizations_for(g.agent)
    for word in words.split()[:MOST_WORDS]:
        pattern = "%" + re.sub(r"([%_\\])", r"\\\1", word) + "%"
        domains = func.array_to_string(Organization.domains, " ")
        found = found.where(or_(Organization.name.ilike(pattern), domains.ilike(pattern)))
    count = db.session.scalar(found.with_only_columns(func.count(Organization.id))) or 0
    columns: tuple[Any, ...] = (
        Organization.id,
        Organization.name,
        Organization.domains,
        people_count(g.agent).label("people_count"),
        open_count_of_organization(g.agent).label("open_count"),
    )
    rows = found.with_only_columns(*columns)
    marks = {name: one_line(request.args.get(name, "")) or None for name in ("after", "before")}
    return OrganizationList(words, keyset_page(rows, BY_NAME, size=PAGE_SIZE, **marks), count)
