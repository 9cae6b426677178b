"""Who may do what with a ticket: every predicate for every kind of person."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Role, RolePermission, User
from helpdesk.accounts.permissions import Permission
from helpdesk.tickets import policy
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import add_participant, open_ticket

DEEDS = (
    policy.can_reply,
    policy.can_note,
    policy.can_change,
    policy.can_watch,
    policy.can_delete,
    policy.can_settle,
)


def allowed(person: User, ticket: Ticket) -> set[str]:
    return {deed.__name__.removeprefix("can_") for deed in DEEDS if deed(person, ticket)}


def test_staff_and_customers_may_different_things(
    ticket: Ticket, ana: User, ada: User, carl: User, cora: User
) -> None:
    agents = {"reply", "note", "change", "watch", "settle"}

    assert allowed(ana, ticket) == agents
    assert allowed(ada, ticket) == agents | {"delete"}
    assert allowed(carl, ticket) == {"reply", "settle"}
    assert allowed(cora, ticket) == {"reply"}, "a colleague who sees it may answer, not settle it"


@pytest.mark.parametrize(
    "permission, deeds",
    [
        (Permission.SEE_EVERY_TICKET, set()),
        (Permission.ANSWER_TICKETS, {"watch", "reply", "note"}),
        (Permission.CHANGE_TICKETS, {"watch", "change", "settle"}),
        (Permission.DELETE_TICKETS, {"delete"}),
    ],
)
def test_each_permission_gives_its_deeds_and_no_others(
    work: Session, ticket: Ticket, ben: User, permission: Permission, deeds: set[str]
) -> None:
    role = Role(name="Narrow", permissions=[RolePermission(permission=permission)])
    work.add(role)
    work.flush()
    ben.role_id = role.id
    work.flush()

    assert allowed(ben, ticket) == deeds


def test_who_is_deactivated_may_nothing_that_a_role_gives(work: Session, ticket: Ticket, ada: User) -> None:
    ada.is_active = False
    work.flush()

    assert [permission for permission in Permission if ada.may(permission)] == []
    assert allowed(ada, ticket) == set()


def test_a_customers_own_are_those_they_asked_and_those_they_take_part_in(
    work: Session, ana: User, carl: User, cora: User, olga: User
) -> None:
    asked = open_ticket(requester=carl, by=carl, title="Asked", description="By Carl.")
    invited = open_ticket(requester=olga, by=olga, title="Invited", description="Carl may help.")
    open_ticket(requester=cora, by=cora, title="A colleague's", description="Shared at most.")
    open_ticket(requester=olga, by=olga, title="A stranger's", description="Of nobody else.")
    add_participant(invited, person=carl, by=ana)
    work.flush()

    assert set(work.scalars(select(Ticket).where(policy.takes_part(carl)))) == {asked, invited}
