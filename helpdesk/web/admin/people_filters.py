"""By what the list of people can be narrowed: role, state, team, organization; from the address and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Select, and_, select

from helpdesk.accounts import queries
from helpdesk.accounts.models import OrganizationRole, User, team_members
from helpdesk.core.lines import one_line
from helpdesk.web.admin.organizations_list import belongs
from helpdesk.web.admin.people_choices import choices
from helpdesk.web.languages import gettext as _

LARGEST_ID = 2**63 - 1
MANAGER = "manager"

STATES: Mapping[str, tuple[LazyString, ColumnElement[bool]]] = {
    "active": (lazy("Active"), and_(User.is_active, queries.is_confirmed())),
    "invited": (lazy("Invited or not confirmed"), and_(User.is_active, ~queries.is_confirmed())),
}


def _has_role(value: str) -> ColumnElement[bool]:
    if value == MANAGER:
        return and_(User.organization_role == OrganizationRole.MANAGER, ~User.is_staff)
    return User.role_id == int(value)


def _in_team(value: str) -> ColumnElement[bool]:
    members = select(team_members.c.user_id).where(team_members.c.team_id == int(value))
    return User.id.in_(members)


FILTERS: Mapping[str, Callable[[str], ColumnElement[bool]]] = {
    "role": _has_role,
    "state": lambda value: STATES[value][1],
    "team": _in_team,
    "organization": lambda value: and_(User.organization_id == int(value), belongs()),
}


@dataclass(frozen=True, slots=True)
class Chooser:
    """One filter with what it offers and what is chosen."""

    name: str
    label: str
    options: list[tuple[str, str]]
    value: str

    @property
    def words(self) -> str:
        """What is chosen, in words; "" for nothing."""
        return next((words for value, words in self.options if value == self.value), "")


def asked_filters() -> dict[str, str]:
    """What the address chooses; what nobody could mean is left out."""
    asked = {name: one_line(request.args.get(name, "")) for name in FILTERS}
    return {name: value for name, value in asked.items() if _is_meant(name, value)}


def narrowed(people: Select[User], filters: Mapping[str, str]) -> Select[User]:
    """Those who meet every filter."""
    return people.where(*(FILTERS[name](value) for name, value in filters.items()))


def choosers(filters: Mapping[str, str]) -> list[Chooser]:
    """What the page offers to narrow the list by. Costs one statement for a page."""
    chosen = filters.get("organization")
    found = choices(organization_id=int(chosen) if chosen else None)
    offered: Mapping[str, tuple[str, list[tuple[Any, Any]]]] = {
        "role": (
            _("Role"),
            [*((each[0], each[1]) for each in found.roles), (MANAGER, _("Manager of an organization"))],
        ),
        "state": (_("State"), [(name, words) for name, (words, _condition) in STATES.items()]),
        "team": (_("Team"), [*found.teams]),
        "organization": (_("Organization"), [*found.organizations]),
    }
    return [
        Chooser(name, label, [(str(value), str(words)) for value, words in options], filters.get(name, ""))
        for name, (label, options) in offered.items()
    ]


def _is_meant(name: str, value: str) -> bool:
    if name == "state":
        return value in STATES
    is_id = value.isascii() and value.isdigit() and int(value) <= LARGEST_ID
    return is_id or (name == "role" and value == MANAGER)
