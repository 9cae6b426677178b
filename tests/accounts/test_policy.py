"""Who may do what with people: every combination that a page asks about."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from helpdesk.accounts import policy
from helpdesk.accounts.models import User
from helpdesk.core import clock
from tests.conftest import person_named

Can = Callable[[User, User], bool]


@pytest.mark.parametrize("name", ["ana", "carl"])
@pytest.mark.parametrize(
    "can", [policy.can_deactivate, policy.can_activate, policy.can_change_role, policy.can_invite_again]
)
def test_who_may_not_manage_people_may_nothing(work: Session, name: str, can: Can) -> None:
    person, olga = person_named(name), person_named("olga")

    assert not policy.can_manage_people(person)
    assert not can(person, olga)
    olga.is_active = False
    assert not can(person, olga)


def test_an_administrator_may_with_others_who_are_active(work: Session, ada: User, ben: User) -> None:
    assert policy.can_manage_people(ada)
    assert (policy.can_deactivate(ada, ben), policy.can_activate(ada, ben)) == (True, False)
    assert (policy.can_change_role(ada, ben), policy.can_invite_again(ada, ben)) == (True, True)


def test_a_deactivated_person_can_only_be_activated(work: Session, ada: User, ben: User) -> None:
    ben.is_active = False

    assert (policy.can_deactivate(ada, ben), policy.can_activate(ada, ben)) == (False, True)
    assert (policy.can_change_role(ada, ben), policy.can_invite_again(ada, ben)) == (False, False)


def test_nobody_deactivates_themself_but_may_step_back(work: Session, ada: User) -> None:
    assert policy.can_deactivate(ada, ada) is False
    assert policy.can_change_role(ada, ada) is True


def test_a_deactivated_administrator_may_nothing(work: Session, ada: User, ben: User) -> None:
    ada.is_active = False

    assert not policy.can_manage_people(ada)
    assert not policy.can_deactivate(ada, ben)


@pytest.mark.parametrize(
    "can", [policy.can_deactivate, policy.can_activate, policy.can_change_role, policy.can_invite_again]
)
def test_the_system_and_the_erased_are_left_alone(work: Session, ada: User, carl: User, can: Can) -> None:
    carl.anonymised_at = clock.now()
    system = work.get_one(User, 1)

    assert not can(ada, system)
    assert not can(ada, carl)
    carl.is_active = False
    assert not can(ada, carl)
