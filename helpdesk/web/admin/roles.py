"""Roles and permissions: what each role may do, in words, and how many people have it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString
from sqlalchemy import func, select

from helpdesk.accounts import queries
from helpdesk.accounts.models import Role, User
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.web.admin.doors import needs
from helpdesk.web.answers import Page

bp = Blueprint("roles", __name__, url_prefix="/roles")
bp.before_request(needs(Permission.MANAGE_PEOPLE))

MEANINGS: Mapping[Permission, tuple[LazyString, LazyString]] = {
    Permission.SEE_EVERY_TICKET: (
        lazy("See every ticket"),
        lazy("All queues, search and statistics."),
    ),
    Permission.SEE_TEAM_TICKETS: (
        lazy("See tickets of own teams"),
        lazy("Beside those assigned to oneself. Without it: only these."),
    ),
    Permission.ANSWER_TICKETS: (
        lazy("Answer tickets"),
        lazy("Reply to customers, write internal notes, open tickets on behalf of somebody."),
    ),
    Permission.CHANGE_TICKETS: (
        lazy("Change tickets"),
        lazy("Status, priority, assignee, team, tags, links and merging; also many at once."),
    ),
    Permission.DELETE_TICKETS: (
        lazy("Delete tickets"),
        lazy("Move tickets to the bin and bring them back."),
    ),
    Permission.MANAGE_PEOPLE: (
        lazy("Manage people"),
        lazy(
            "Invite, give roles, deactivate, merge; organizations and teams. Nobody gives more than they have."
        ),
    ),
    Permission.MANAGE_DESK: (
        lazy("Manage the desk"),
        lazy("Settings, branding, tags, outbox, jobs and the system page; with deleting, also the bin."),
    ),
    Permission.READ_AUDIT: (
        lazy("Read the audit trail"),
        lazy("Who did what, with old and new values, of the whole desk."),
    ),
    Permission.IMPERSONATE: (
        lazy("Look at the desk as somebody else"),
        lazy(
            "See what a colleague or customer sees, under both names and for an hour; never somebody who may more."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class RoleColumn:
    """One role of the table."""

    name: str
    permissions: frozenset[Permission]
    people_count: int
    people_url: str


@bp.get("")
def index() -> Page:
    roles = _roles()
    rows = [
        (name, meaning, [permission in role.permissions for role in roles])
        for permission, (name, meaning) in MEANINGS.items()
    ]
    return render_template("admin/roles/index.html", roles=roles, rows=rows)


def _roles() -> list[RoleColumn]:
    """The role that may least first. Costs one statement."""
    people = select(func.count()).where(User.role_id == Role.id, User.is_active).correlate(Role)
    found = db.session.execute(queries.roles().add_columns(people.scalar_subquery().label("people_count")))
    columns = [
        RoleColumn(
            role.name,
            frozenset(Permission(each) for each in role.permissions),
            role.people_count,
            url_for("admin.people.index", role=role.id),
        )
        for role in found
    ]
    return sorted(columns, key=lambda role: (len(role.permissions), role.name))
