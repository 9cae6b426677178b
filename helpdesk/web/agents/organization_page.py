"""Everything the page of an organization shows, decided before the template."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, g, render_template
from sqlalchemy import Row, func

from helpdesk.accounts import policy, queries
from helpdesk.accounts.models import Organization, User
from helpdesk.core.db import db
from helpdesk.core.pagination import KeysetPage
from helpdesk.tickets.people import (
    open_count_of_organization,
    open_count_of_person,
    organizations_for,
    people_count,
    people_for,
    tickets_of_organization,
)
from helpdesk.web.agents.notes_form import NotesForm
from helpdesk.web.agents.ticket_lists import ticket_list

PEOPLE_SHOWN = 20


@dataclass(frozen=True, slots=True)
class OrganizationPage:
    """What the templates below agents/organizations/ are given."""

    organization: Organization
    row: Row[Any]
    people: Sequence[Row[Any]]
    tickets: KeysetPage[Any]
    can_note: bool
    notes: NotesForm


def show_organization(organization_id: int, *, notes: NotesForm | None = None) -> str:
    """The page, or 404. `notes` is the form that was refused."""
    counts = (
        people_count(g.agent).label("people_count"),
        open_count_of_organization(g.agent).label("open_count"),
    )
    wanted = organizations_for(g.agent).where(Organization.id == organization_id).add_columns(*counts)
    row = db.session.execute(wanted).one_or_none()
    if row is None:
        abort(404)
    organization: Organization = row.Organization
    page = OrganizationPage(
        organization=organization,
        row=row,
        people=_people(organization),
        tickets=ticket_list(tickets_of_organization(g.agent, organization)),
        can_note=policy.can_note_about(g.agent),
        notes=notes or NotesForm.about(organization),
    )
    return render_template("agents/organizations/show.html", page=page)


def _people(organization: Organization) -> Sequence[Row[Any]]:
    """Its people by name; more of them are found in the list of people by the organization's name."""
    members = people_for(g.agent).where(User.organization_id == organization.id, User.is_active)
    rows = queries.listed(members, open_count_of_person(g.agent).label("open_count"))
    return db.session.execute(rows.order_by(func.lower(User.full_name), User.id).limit(PEOPLE_SHOWN)).all()
