"""Roles of one's own: nobody gives more than they have, built-in ones stay, and somebody always manages people."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Role, RolePermission, User
from helpdesk.accounts.operations.administrators import LastAdministrator
from helpdesk.accounts.operations.anonymising import anonymise
from helpdesk.accounts.operations.changing_roles import change_role
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.naming import NameTaken
from helpdesk.accounts.operations.roles import (
    BuiltIn,
    NoRoleInstead,
    create_role,
    delete_role,
    demand_second_factor,
    edit_role,
)
from helpdesk.accounts.permissions import ADMIN, AGENT, READ_ONLY, Permission
from helpdesk.core.errors import Refused
from helpdesk.identity.models import SignInSession
from tests.audit.conftest import news_of
from tests.support.sessions import start_session

SEES_TEAM, SEES_ALL, ANSWERS = (
    Permission.SEE_TEAM_TICKETS,
    Permission.SEE_EVERY_TICKET,
    Permission.ANSWER_TICKETS,
)
PEOPLE = Permission.MANAGE_PEOPLE


@pytest.fixture
def manager(work: Session, ben: User, ada: User) -> User:
    """Ben, who manages people and answers tickets of his teams."""
    role = create_role(name="Office", permissions=[PEOPLE, SEES_TEAM, ANSWERS], by=ada)
    change_role(ben, to=role, by=ada)
    return ben


def permits(work: Session, role: Role) -> set[Permission]:
    found = select(RolePermission.permission).where(RolePermission.role_id == role.id)
    return set(work.scalars(found))


def changed(work: Session, role: Role, by: User, **what: object) -> None:
    same = {"name": role.name, "description": "", "permissions": permits(work, role)}
    edit_role(role, **{**same, "needs_second_factor": False, **what}, by=by)  # type: ignore[arg-type]  # by test


def test_a_role_permits_what_it_was_given(work: Session, ada: User) -> None:
    role = create_role(name=" Night  shift ", description="x", permissions=[ANSWERS, SEES_ALL], by=ada)

    assert (role.name, role.description, role.is_built_in) == ("Night shift", "x", False)
    assert permits(work, role) == {ANSWERS, SEES_ALL, SEES_TEAM}, "who sees all sees those of their teams"


def test_names_are_given_once(work: Session, ada: User) -> None:
    with pytest.raises(NameTaken):
        create_role(name="aGENT", permissions=[], by=ada)
    role = create_role(name="Other", permissions=[], by=ada)
    with pytest.raises(NameTaken):
        changed(work, role, ada, name="read only")
    changed(work, role, ada, name="OTHER")
    assert role.name == "OTHER"


def test_nobody_makes_a_role_that_may_more_than_they(manager: User) -> None:
    create_role(name="As he", permissions=[SEES_TEAM, ANSWERS], by=manager)
    for more in (SEES_ALL, Permission.MANAGE_DESK):
        with pytest.raises(Refused, match="Too much may do more than you may"):
            create_role(name="Too much", permissions=[SEES_TEAM, more], by=manager)


def test_nor_makes_one_of_a_role_they_may_give(work: Session, manager: User, ada: User) -> None:
    own, stronger = (
        create_role(name="Own", permissions=[ANSWERS], by=ada),
        create_role(name="Strong", permissions=[Permission.READ_AUDIT], by=ada),
    )
    with pytest.raises(Refused):
        changed(work, own, manager, permissions=[Permission.READ_AUDIT])
    with pytest.raises(Refused):
        changed(work, stronger, manager, permissions=[])
    with pytest.raises(Refused):
        delete_role(stronger, instead=own, by=manager)
    with pytest.raises(Refused):
        demand_second_factor(stronger, is_needed=True, by=manager)
    assert permits(work, own) == {ANSWERS}
    assert permits(work, stronger) == {Permission.READ_AUDIT}


def test_who_has_no_second_factor_when_one_is_asked_for_signs_in_anew(
    work: Session, ada: User, ana: User, agent_role: Role
) -> None:
    for person in (ada, ana):
        start_session(person)

    demand_second_factor(agent_role, is_needed=True, by=ada)

    signed_in = select(SignInSession.user_id).where(SignInSession.user_id.in_([ada.id, ana.id]))
    assert set(work.scalars(signed_in)) == {ada.id}


@pytest.mark.parametrize("name", [ADMIN, AGENT, READ_ONLY])
def test_built_in_roles_stay_but_may_need_a_second_factor(
    work: Session, ada: User, role: Callable[[str], Role], name: str
) -> None:
    built_in = role(name)
    before = permits(work, built_in)
    with pytest.raises(BuiltIn):
        changed(work, built_in, ada, permissions=[])
    with pytest.raises(BuiltIn):
        changed(work, built_in, ada, name="Else")
    with pytest.raises(BuiltIn):
        delete_role(built_in, instead=role(AGENT), by=ada)

    demand_second_factor(built_in, is_needed=True, by=ada)

    assert (built_in.name, built_in.needs_second_factor) == (name, True)
    assert permits(work, built_in) == before


def test_people_may_what_their_role_says_from_then_on(work: Session, manager: User, ada: User) -> None:
    role = work.get_one(Role, manager.role_id)
    changed(work, role, ada, permissions=[PEOPLE, Permission.DELETE_TICKETS])
    work.refresh(manager)

    assert set(manager.permissions) == {PEOPLE, Permission.DELETE_TICKETS}


def test_the_last_who_manages_people_goes_on_managing(work: Session, manager: User, ada: User) -> None:
    office = work.get_one(Role, manager.role_id)
    manager.password_hash = "x"
    ada.is_active = False  # nobody but who has the role
    work.flush()

    with pytest.raises(LastAdministrator, match="Only whoever has this role may manage people"):
        changed(work, office, manager, permissions=[ANSWERS])
    with pytest.raises(LastAdministrator):
        delete_role(office, instead=create_role(name="Less", permissions=[ANSWERS], by=manager), by=manager)

    ada.is_active = True
    work.flush()
    changed(work, office, ada, permissions=[ANSWERS])
    assert permits(work, office) == {ANSWERS}


def test_who_has_a_deleted_role_gets_the_other_and_signs_in_anew(
    work: Session, manager: User, ada: User, ana: User, role: Callable[[str], Role]
) -> None:
    office = work.get_one(Role, manager.role_id)
    change_role(ana, to=office, by=ada)
    deactivate(ana, by=ada, tickets_to=None)
    anonymise(ana, by=ada)
    start_session(manager)
    with pytest.raises(NoRoleInstead):
        delete_role(office, instead=None, by=ada)
    with pytest.raises(NoRoleInstead):
        delete_role(office, instead=office, by=ada)

    delete_role(office, instead=role(READ_ONLY), by=ada)

    work.expire_all()
    assert work.get(Role, office.id) is None
    assert manager.role_id == ana.role_id == role(READ_ONLY).id
    assert work.scalars(select(SignInSession).where(SignInSession.user_id == manager.id)).all() == []


def test_a_role_nobody_has_goes_without_a_word(work: Session, ada: User) -> None:
    role = create_role(name="Unused", permissions=[ANSWERS], by=ada)

    delete_role(role, instead=None, by=ada)

    assert work.scalars(select(Role).where(Role.name == "Unused")).all() == []


def test_the_trail_tells_all_of_it(work: Session, ada: User) -> None:
    news = news_of(work)
    role = create_role(name="Night", permissions=[ANSWERS], by=ada)
    made = [(each.table_name, each.action.value) for each in news()]
    changed(work, role, ada, permissions=[SEES_TEAM], needs_second_factor=True)
    (told,) = news()
    delete_role(role, instead=None, by=ada)
    gone = [(each.table_name, each.action.value) for each in news()]

    assert made == [("roles", "insert")]
    assert told.changes == {
        "permissions": [["answer_tickets"], ["see_team_tickets"]],
        "needs_second_factor": [False, True],
    }
    assert gone == [("roles", "delete")]
