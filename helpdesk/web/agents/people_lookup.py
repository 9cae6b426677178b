"""The person or organization an address names: one this agent may know of; any other is the same 404."""

from flask import abort, g, redirect, url_for
from werkzeug.wrappers import Response

from helpdesk.accounts.models import Organization, User
from helpdesk.accounts.queries import people
from helpdesk.core.db import db
from helpdesk.tickets.people import organizations_for, people_for

LARGEST = 2**63 - 1
ROW_ID = f"int(max={LARGEST})"
"""For addresses: larger numbers fit into no column, so nothing has them."""


def person_or_404(person_id: int) -> User:
    """For a deed. An id from a form may be any number."""
    if not 0 < person_id <= LARGEST:
        abort(404)
    found: User = db.one_or_404(people_for(g.agent).where(User.id == person_id))
    return found


def organization_or_404(organization_id: int) -> Organization:
    found: Organization = db.one_or_404(organizations_for(g.agent).where(Organization.id == organization_id))
    return found


def who_they_became(person_id: int) -> Response:
    """The way from the page of somebody who was merged to whom they were merged into; else 404."""
    became = people().with_only_columns(User.merged_into_id).where(User.id == person_id)
    known = people_for(g.agent).with_only_columns(User.id).where(User.id.in_(became))
    target = db.session.scalar(known)
    if target is None:
        abort(404)
    return redirect(url_for("agents.people.show", person_id=target))
