"""Fields about who a ticket is from and who has it: people, teams, organizations."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, false, select

from helpdesk.accounts.addresses import NotAnAddress, email_key
from helpdesk.accounts.models import EmailAddress, Organization, Team, User
from helpdesk.tickets.criteria.known import Asked, Takes, criterion
from helpdesk.tickets.criteria.names import named
from helpdesk.tickets.models import Ticket, ticket_watchers

ME = "me"
NOBODY = "nobody"
NONE = "none"
MINE = "mine"
ANY = "*"
"""In an address: whatever stands there."""


@criterion(
    "assignee",
    "Assignee",
    takes=Takes.AGENT,
    words=(ME, NOBODY),
    hint="assignee:me, assignee:nobody, assignee:ana@desk.example",
)
def assignee(asked: Asked) -> ColumnElement[bool]:
    if asked.value.lower() == NOBODY:
        return Ticket.assignee_id.is_(None)
    return _is_person(Ticket.assignee_id, asked)


@criterion("team", "Team", takes=Takes.TEAM, words=(MINE, NONE), hint="team:mine, team:none, team:Billing")
def team(asked: Asked) -> ColumnElement[bool]:
    if asked.value.lower() == NONE:
        return Ticket.team_id.is_(None)
    if asked.value.lower() == MINE:
        return Ticket.team_id.in_(asked.user.team_ids)
    return Ticket.team_id.in_(select(Team.id).where(named(Team.name, asked.value)))


@criterion(
    "requester",
    "Requester",
    takes=Takes.PERSON,
    words=(ME,),
    hint='requester:carl@customer.example, requester:*@customer.example, requester:"Carl Customer"',
)
def requester(asked: Asked) -> ColumnElement[bool]:
    return _is_person(Ticket.requester_id, asked)


@criterion(
    "org",
    "Organization",
    takes=Takes.ORGANIZATION,
    words=(NONE,),
    hint='org:"Customer Inc", org:none',
)
def organization(asked: Asked) -> ColumnElement[bool]:
    if asked.value.lower() == NONE:
        return Ticket.organization_id.is_(None)
    return Ticket.organization_id.in_(select(Organization.id).where(named(Organization.name, asked.value)))


@criterion("watcher", "Watcher", takes=Takes.AGENT, words=(ME,), hint="watcher:me, watcher:ana@desk.example")
def watcher(asked: Asked) -> ColumnElement[bool]:
    """Who follows it silently: nothing customers may know."""
    if not asked.user.is_staff:
        return false()
    watched = select(ticket_watchers.c.ticket_id)
    return Ticket.id.in_(watched.where(_is_person(ticket_watchers.c.user_id, asked)))


def _is_person(column: SQLColumnExpression[Any], asked: Asked) -> ColumnElement[bool]:
    if asked.value.lower() == ME:
        return column == asked.user.id
    return column.in_(people_called(asked.value))


def people_called(value: str) -> Select[int]:
    """Whoever has this address, or one like it where it has a *, or is called so."""
    if "@" not in value:
        return select(User.id).where(named(User.full_name, value))
    if ANY in value:
        return select(EmailAddress.user_id).where(EmailAddress.email.ilike(_pattern(value)))
    try:
        key = email_key(value)
    except NotAnAddress:
        key = value
    return select(EmailAddress.user_id).where(EmailAddress.email_key == key)


def _pattern(value: str) -> str:
    """As LIKE has it: *@customer.example is every address there."""
    return re.sub(r"([%_\\])", r"\\\1", value).replace(ANY, "%")
