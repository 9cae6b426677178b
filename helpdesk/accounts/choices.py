"""Whom and which team work can be given to: what a form offers."""

from functools import cache
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all

from helpdesk.accounts.models import Team, User

AGENT, TEAM = "agent", "team"


@cache
def agents_and_teams() -> Select[*tuple[Any, ...]]:
    """Kind, id and name of every active agent and every team, in the order of their names; one statement."""
    name = func.coalesce(func.nullif(User.full_name, ""), User.email, "")
    agents = select(literal(AGENT).label("kind"), User.id.label("id"), name.label("name"))
    teams = select(literal(TEAM), Team.id, Team.name)
    active = agents.where(User.is_staff, User.is_active, ~User.is_system)
    choices = union_all(active, teams).subquery().c
    return select(choices.kind, choices.id, choices.name).order_by(func.lower(choices.name), choices.id)
