"""Who may look at the desk as whom."""

import pytest

from helpdesk.accounts.models import Role, RolePermission
from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.policy import can_impersonate

EVERYTHING_LOOKERS_NEED = {Permission.IMPERSONATE, Permission.SEE_EVERY_TICKET, Permission.SEE_TEAM_TICKETS}


def give(person, *permissions):
    """A role of their own with these rights."""
    role = Role(
        name=f"Role of {person.id}", permissions=[RolePermission(permission=each) for each in permissions]
    )
    db.session.add(role)
    person.role = role
    db.session.flush()
    db.session.refresh(person)


def test_administrators_look_as_customers_and_agents(ada, carl, ana):
    assert can_impersonate(ada, carl)
    assert can_impersonate(ada, ana)


def test_nobody_looks_as_themself(ada):
    assert not can_impersonate(ada, ada)


def test_customers_and_agents_look_as_nobody(carl, ana, cora):
    assert not can_impersonate(carl, cora)
    assert not can_impersonate(ana, carl)


def test_nobody_looks_as_who_may_do_the_same(ada, ben):
    give(ben, *Permission)

    assert not can_impersonate(ada, ben)


def test_the_right_alone_is_not_enough(ana, ben, carl):
    give(ana, Permission.IMPERSONATE, Permission.SEE_TEAM_TICKETS)

    assert not can_impersonate(ana, carl)


def test_with_sight_of_every_ticket_it_is(ana, carl):
    give(ana, *EVERYTHING_LOOKERS_NEED)

    assert can_impersonate(ana, carl)


def test_nobody_looks_as_who_may_do_more(ana, ben):
    give(ana, *EVERYTHING_LOOKERS_NEED)
    give(ben, Permission.ANSWER_TICKETS)

    assert not can_impersonate(ana, ben)


def test_nobody_looks_as_who_is_gone(ada, carl):
    carl.is_active = False

    assert not can_impersonate(ada, carl)


@pytest.mark.parametrize("what", ["anonymised_at", "is_system", "merged_into_id"])
def test_nobody_looks_as_who_was_never_one_person(ada, carl, cora, what):
    setattr(carl, what, {"anonymised_at": clock.now(), "is_system": True, "merged_into_id": cora.id}[what])

    assert not can_impersonate(ada, carl)
