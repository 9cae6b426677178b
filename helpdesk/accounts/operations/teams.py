"""Staff who share a kind of work: teams made, described, joined, dissolved."""

from collections.abc import Iterable, Sequence

from helpdesk.accounts.events import TeamDissolved
from helpdesk.accounts.models import Team, User
from helpdesk.accounts.operations.naming import clean_description, clean_label, refuse_second
from helpdesk.accounts.operations.touching import refuse_to_touch
from helpdesk.audit.bulk import bulk_delete, bulk_relate
from helpdesk.core.db import db
from helpdesk.core.errors import Refused, Unwelcome
from helpdesk.core.events import publish

MOST_DAYS = 3650


class BadDays(Unwelcome):
    """A number of days that is none."""

    status = 422


class NotAColleague(Refused):
    """Somebody who does not work here, or no longer."""


class NoHeir(Refused):
    """A team cannot leave its tickets to itself."""


def create_team(
    *, name: str, description: str = "", reopen_days: int | None = None, signature: str = "", by: User
) -> Team:
    """`reopen_days` None is the desk's. Raises BadName, NameTaken, DescriptionTooLong, BadDays."""
    team = Team(
        name=clean_label(name),
        description=clean_description(description),
        reopen_days=reopen_days,
        signature=clean_description(signature),
    )
    _refuse_days(reopen_days)
    refuse_second(Team, team.name)
    db.session.add(team)
    db.session.flush()
    return team


def change_team(
    team: Team,
    *,
    name: str,
    description: str,
    reopen_days: int | None,
    signature: str | None = None,
    by: User,
) -> None:
    """Without a `signature` it keeps the one it has. Raises BadName, NameTaken, DescriptionTooLong, BadDays."""
    name, description = clean_label(name), clean_description(description)
    signature = team.signature if signature is None else clean_description(signature)
    _refuse_days(reopen_days)
    refuse_second(Team, name, beside=team.id)
    db.session.refresh(team, with_for_update=True)
    team.name, team.description, team.reopen_days = name, description, reopen_days
    team.signature = signature
    db.session.flush()


def change_members(team: Team, *, add: Sequence[User] = (), remove: Sequence[User] = (), by: User) -> None:
    """Who joins and who leaves; whoever is there already stays. Raises NotAColleague and Untouchable."""
    for person in add:
        _refuse_strangers(person)
    bulk_relate(Team.members, Team.id == team.id, add=add, remove=remove)


def put_into_teams(person: User, *, teams: Iterable[Team], by: User) -> None:
    """Be in exactly these teams. Raises NotAColleague and Untouchable."""
    db.session.refresh(person)
    wanted, has = {team.id for team in teams}, set(person.team_ids)
    if wanted == has:
        return
    _refuse_strangers(person)
    bulk_relate(Team.members, Team.id.in_(wanted - has), add=[person])
    bulk_relate(Team.members, Team.id.in_(has - wanted), remove=[person])
    db.session.refresh(person)


def dissolve_team(team: Team, *, tickets_to: Team | None, by: User) -> None:
    """Its open tickets go to another team, or to none; those that are settled lose the team. Cannot be undone.

    Raises NoHeir.
    """
    if tickets_to is not None and tickets_to.id == team.id:
        raise NoHeir("Choose another team for the tickets: this one goes.")
    db.session.refresh(team, with_for_update=True)
    publish(TeamDissolved(team, by=by, tickets_to=tickets_to))
    db.session.refresh(team, ["members"])
    bulk_relate(Team.members, Team.id == team.id, remove=list(team.members))
    bulk_delete(Team, Team.id == team.id)


def _refuse_days(days: int | None) -> None:
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise BadDays(f"Type a number of days from 0 to {MOST_DAYS:,}, or nothing for the desk's own.")


def _refuse_strangers(person: User) -> None:
    refuse_to_touch(person)
    if not person.is_staff or not person.is_active:
        raise NotAColleague(f"{person.name} does not work here. Only active staff are in teams.")
