"""Teams: made, described, joined, and dissolved with a hand-over of what is open."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Team, User
from helpdesk.accounts.names import BadName
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.naming import NameTaken
from helpdesk.accounts.operations.teams import (
    BadDays,
    NoHeir,
    NotAColleague,
    change_members,
    change_team,
    create_team,
    dissolve_team,
    put_into_teams,
)
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import delete, move_to_team, open_ticket, resolve


@pytest.fixture
def first_line(work: Session) -> Team:
    return work.scalars(select(Team)).one()


@pytest.fixture
def billing(work: Session, ada: User) -> Team:
    return create_team(name="Billing", description="Invoices", reopen_days=3, by=ada)


def members(work: Session, team: Team) -> set[int]:
    work.refresh(team, ["members"])
    return {each.id for each in team.members}


@pytest.mark.parametrize("days, refusal", [(-1, BadDays), (3651, BadDays)])
def test_days_are_possible_ones(work: Session, ada: User, days: int, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        create_team(name="Billing", reopen_days=days, by=ada)


@pytest.mark.parametrize(
    "name, refusal", [("", BadName), ("None", BadName), ("mine", BadName), ("first LINE", NameTaken)]
)
def test_a_name_is_there_and_given_once(
    work: Session, ada: User, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        create_team(name=name, by=ada)


def test_a_team_is_changed(work: Session, ada: User, billing: Team) -> None:
    change_team(billing, name="Money", description="", reopen_days=None, by=ada)

    assert (billing.name, billing.description, billing.reopen_days) == ("Money", "", None)


def test_active_staff_come_and_go(
    work: Session, ada: User, ana: User, ben: User, carl: User, billing: Team
) -> None:
    change_members(billing, add=[ana, ben], by=ada)
    change_members(billing, remove=[ana], by=ada)
    assert members(work, billing) == {ben.id}

    with pytest.raises(NotAColleague, match="Carl Customer does not work here"):
        change_members(billing, add=[carl], by=ada)
    deactivate(ben, by=ada)
    with pytest.raises(NotAColleague):
        put_into_teams(ben, teams=[], by=ada)


def test_somebody_is_in_exactly_these_teams_and_the_trail_tells(
    work: Session, ada: User, ana: User, ben: User, first_line: Team, billing: Team
) -> None:
    work.commit()
    put_into_teams(ana, teams=[billing], by=ada)
    work.commit()

    assert ana.team_ids == [billing.id]
    assert members(work, first_line) == {ben.id}
    told = select(AuditLog.record_id, AuditLog.changes["members"]).where(AuditLog.table_name == "teams")
    latest = work.execute(told.order_by(AuditLog.id.desc()).limit(2)).all()
    assert {record_id for record_id, _ in latest} == {first_line.id, billing.id}
    assert [[], [ana.id]] in [changes for _, changes in latest]


def test_dissolved_its_open_tickets_go_to_the_heir_and_the_rest_to_no_team(
    work: Session, ada: User, carl: User, first_line: Team, billing: Team
) -> None:
    opened, solved, binned = (open_ticket(requester=carl, by=carl, title=t, description="x") for t in "abc")
    for each in (opened, solved, binned):
        move_to_team(each, team=first_line, by=ada)
    resolve(solved, by=ada)
    delete(binned, by=ada)
    work.commit()
    gone = first_line.id

    dissolve_team(first_line, tickets_to=billing, by=ada)
    work.commit()

    teams = dict(work.execute(select(Ticket.id, Ticket.team_id)).all())
    assert teams == {opened.id: billing.id, solved.id: None, binned.id: billing.id}
    assert work.scalars(select(Team.name)).all() == ["Billing"]
    told = select(AuditLog.changes["team_id"]).where(
        AuditLog.table_name == "tickets", AuditLog.changes.has_key("team_id")
    )
    assert sorted(map(str, work.scalars(told.order_by(AuditLog.id.desc()).limit(3)))) == sorted(
        map(str, [[gone, billing.id], [gone, None], [gone, billing.id]])
    )
    (entry,) = work.scalars(
        select(AuditLog).where(AuditLog.table_name == "teams", AuditLog.action == AuditAction.DELETE)
    )
    assert entry.changes["name"] == ["First line", None]


def test_a_team_is_not_its_own_heir(work: Session, ada: User, first_line: Team) -> None:
    with pytest.raises(NoHeir):
        dissolve_team(first_line, tickets_to=first_line, by=ada)
