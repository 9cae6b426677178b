"""What somebody may do: as staff through a role, or as a customer."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import EmailAddress, Role, Team, User
from helpdesk.accounts.operations.administrators import LastAdministrator
from helpdesk.accounts.operations.changing_roles import NotConfirmed, change_role
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.inviting import invite
from helpdesk.accounts.operations.touching import Untouchable
from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AuditLog
from helpdesk.core import clock
from helpdesk.core.errors import Refused
from helpdesk.identity.models import SignInSession
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.operations import assign, resolve, watch
from tests.support.sessions import start_session


def sessions_of(work: Session, person: User) -> int:
    return len(work.scalars(select(SignInSession).where(SignInSession.user_id == person.id)).all())


def test_an_agent_becomes_an_administrator_at_once(
    work: Session, ada: User, ana: User, admin_role: Role
) -> None:
    change_role(ana, to=admin_role, by=ada)

    assert ana.role_id == admin_role.id
    assert ana.may(Permission.MANAGE_PEOPLE)


def test_a_change_of_role_signs_the_person_out(
    work: Session, ada: User, ana: User, ben: User, admin_role: Role
) -> None:
    start_session(ana)
    start_session(ben)

    change_role(ana, to=admin_role, by=ada)

    assert (sessions_of(work, ana), sessions_of(work, ben)) == (0, 1)


def test_the_role_somebody_has_already_changes_nothing(
    work: Session, ada: User, ana: User, agent_role: Role
) -> None:
    start_session(ana)

    change_role(ana, to=agent_role, by=ada)

    assert sessions_of(work, ana) == 1


def test_a_customer_becomes_staff_and_keeps_the_organization(
    work: Session, ada: User, carl: User, agent_role: Role
) -> None:
    organization = carl.organization_id
    change_role(carl, to=agent_role, by=ada)

    assert (carl.is_staff, carl.role_id, carl.organization_id) == (True, agent_role.id, organization)


def test_a_customer_whose_address_is_not_confirmed_does_not_become_staff(
    work: Session, ada: User, agent_role: Role
) -> None:
    """Whoever signed up with it could be anybody, and has chosen the password."""
    nina = invite(email="nina@customer.example", full_name="Nina", role=None, by=ada)

    with pytest.raises(NotConfirmed, match="is not confirmed yet"):
        change_role(nina, to=agent_role, by=ada)

    assert nina.is_staff is False


def test_invited_staff_may_get_another_role_before_they_accept(
    work: Session, ada: User, agent_role: Role, admin_role: Role
) -> None:
    nina = invite(email="nina@desk.example", full_name="Nina", role=agent_role, by=ada)

    change_role(nina, to=admin_role, by=ada)

    assert nina.role_id == admin_role.id


def test_who_becomes_a_customer_leaves_teams_and_tickets(
    work: Session, ada: User, ana: User, ben: User, ticket: Ticket
) -> None:
    assign(ticket, to=ana, by=ana)
    watch(ticket, by=ana)
    watch(ticket, by=ben)

    change_role(ana, to=None, by=ada)
    work.refresh(ticket, ["assignee_id", "watchers"])
    (team,) = work.scalars(select(Team))
    work.refresh(team, ["members"])

    assert (ana.is_staff, ana.role_id, ana.team_ids) == (False, None, [])
    assert ticket.assignee_id is None
    assert ticket.watchers == [ben]
    assert team.members == [ben]


def test_what_a_former_agent_solved_stays_theirs(work: Session, ada: User, ana: User, ticket: Ticket) -> None:
    assign(ticket, to=ana, by=ana)
    resolve(ticket, by=ana)

    change_role(ana, to=None, by=ada)
    work.refresh(ticket)

    assert (ticket.assignee_id, ticket.status) == (ana.id, TicketStatus.RESOLVED)


def test_the_last_administrator_stays_one(work: Session, ada: User, agent_role: Role) -> None:
    with pytest.raises(LastAdministrator, match="Ada Admin is the last administrator"):
        change_role(ada, to=agent_role, by=ada)

    assert ada.may(Permission.MANAGE_PEOPLE)


def test_one_of_two_administrators_may_step_back(
    work: Session, ada: User, ben_too: User, agent_role: Role
) -> None:
    change_role(ada, to=agent_role, by=ada)

    assert ada.may(Permission.MANAGE_PEOPLE) is False
    with pytest.raises(LastAdministrator):
        change_role(ben_too, to=None, by=ben_too)


@pytest.mark.parametrize("lacks", ["password", "confirmed address", "active account"])
def test_an_administrator_who_cannot_sign_in_does_not_count(
    work: Session, ada: User, ben_too: User, agent_role: Role, lacks: str
) -> None:
    if lacks == "password":
        ben_too.password_hash = None
    elif lacks == "active account":
        deactivate(ben_too, by=ada)
    else:
        work.scalars(select(EmailAddress).where(EmailAddress.user_id == ben_too.id)).one().verified_at = None

    with pytest.raises(LastAdministrator):
        change_role(ada, to=agent_role, by=ada)


def test_nobody_gives_a_role_that_may_more_than_they_may(
    work: Session, ana: User, ben: User, admin_role: Role
) -> None:
    with pytest.raises(Refused, match="Administrator may do more"):
        change_role(ben, to=admin_role, by=ana)


def test_the_system_and_the_erased_keep_what_they_are(
    work: Session, ada: User, carl: User, system: User, agent_role: Role
) -> None:
    carl.anonymised_at = clock.now()

    for person in (system, carl):
        with pytest.raises(Untouchable):
            change_role(person, to=agent_role, by=ada)


def test_a_change_of_role_is_audited_with_what_follows(
    work: Session, ada: User, ana: User, ticket: Ticket
) -> None:
    assign(ticket, to=ana, by=ana)
    work.commit()
    seen = work.scalar(select(AuditLog.id).order_by(AuditLog.id.desc()).limit(1))
    agent = ana.role_id

    change_role(ana, to=None, by=ada)
    work.commit()

    rows = work.scalars(select(AuditLog).where(AuditLog.id > seen).order_by(AuditLog.table_name)).all()
    assert [(row.table_name, row.record_id, row.changes) for row in rows] == [
        ("teams", rows[0].record_id, {"members": [sorted([ana.id, ana.id + 1]), [ana.id + 1]]}),
        ("tickets", ticket.id, {"assignee_id": [ana.id, None]}),
        ("users", ana.id, {"role_id": [agent, None], "is_staff": [True, False]}),
    ]
