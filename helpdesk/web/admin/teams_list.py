"""The list of teams, and one of them by its address."""

from typing import Any

from flask import abort, g
from sqlalchemy import ColumnElement, Select, Text, func, select

from helpdesk.accounts.models import Team, User, team_members
from helpdesk.core.db import db
from helpdesk.core.pagination import Key
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import open_ones, tickets_for
from helpdesk.web.admin.sorted_lists import SortedList, asked_words, has_words, sorted_list


def teams_list() -> SortedList:
    """Costs one statement; two for an empty list."""
    found = select(Team).where(has_words(asked_words(), Team.name, Team.description))
    members, opened, last = member_count(), open_count(), Key(Team.id)
    orders = {
        "name": [Key(func.lower(Team.name, type_=Text())), last],
        "members": [Key(members, descending=True), last],
        "open": [Key(opened, descending=True), last],
    }
    columns: tuple[Any, ...] = (
        Team.id,
        Team.name,
        Team.description,
        Team.reopen_days,
        members.label("members"),
        opened.label("open_count"),
    )
    return sorted_list("admin.teams.index", found.with_only_columns(*columns), orders=orders)


def member_count() -> ColumnElement[int]:
    """How many active colleagues a team has."""
    members = select(func.count()).select_from(team_members).join(User, User.id == team_members.c.user_id)
    return members.where(team_members.c.team_id == Team.id, User.is_active).correlate(Team).scalar_subquery()


def open_count() -> ColumnElement[int]:
    """How many open tickets a team has: those the link beside the number finds."""
    opened = open_ones(tickets_for(g.agent)).where(Ticket.team_id == Team.id)
    return opened.with_only_columns(func.count()).correlate(Team).scalar_subquery()


def team_or_404(team_id: int) -> Team:
    """The team with this id."""
    team = db.session.get(Team, team_id)
    if team is None:
        abort(404)
    return team


def other_teams(team: Team) -> Select[*tuple[int, str]]:
    """Who could go on with its tickets."""
    return select(Team.id, Team.name).where(Team.id != team.id).order_by(func.lower(Team.name), Team.id)
