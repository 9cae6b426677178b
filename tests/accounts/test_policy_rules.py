"""The rules about people as a table: which permissions each takes, and of whom, for every set of permissions."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from helpdesk.accounts import policy
from helpdesk.accounts.abilities import ABILITIES, ask
from helpdesk.accounts.models import OrganizationRole, User
from helpdesk.accounts.permissions import BUILT_IN_ROLES, SIGHT, Permission
from tests.support.standing import customer, manager, sets_of_permissions, somebody
from tests.support.tally import tally

PEOPLE, ANSWER, CHANGE = Permission.MANAGE_PEOPLE, Permission.ANSWER_TICKETS, Permission.CHANGE_TICKETS
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
TAKES: Mapping[Callable[[User], bool], set[Permission]] = {
    policy.can_manage_people: {PEOPLE},
    policy.can_note_about: {ANSWER},
    policy.can_merge_people: {Permission.SEE_EVERY_TICKET, CHANGE, PEOPLE},
    policy.can_manage_desk: {Permission.MANAGE_DESK},
    policy.can_read_audit: {Permission.READ_AUDIT},
}
"""What staff need for it; nobody else may, and nobody who is deactivated."""
WITH = (
    policy.can_deactivate,
    policy.can_activate,
    policy.can_change_role,
    policy.can_invite_again,
    policy.can_erase,
    policy.can_keep_addresses,
)
ACTIVE_STAFF, GONE_STAFF = {"is_staff": True}, {"is_staff": True, "is_active": False}
ACTIVE_CUSTOMER, GONE_CUSTOMER = {"is_staff": False}, {"is_staff": False, "is_active": False}
STATES: Mapping[str, tuple[dict[str, object], set[str]]] = {
    "active staff": (ACTIVE_STAFF, {"deactivate", "change_role", "invite_again", "keep_addresses"}),
    "gone staff": (GONE_STAFF, {"activate", "erase", "keep_addresses"}),
    "active customer": (
        ACTIVE_CUSTOMER,
        {"deactivate", "change_role", "invite_again", "erase", "keep_addresses"},
    ),
    "gone customer": (GONE_CUSTOMER, {"activate", "erase", "keep_addresses"}),
    "oneself": ({**ACTIVE_STAFF, "id": 1}, {"change_role", "invite_again", "keep_addresses"}),
    "oneself, gone": ({**GONE_STAFF, "id": 1}, {"activate", "keep_addresses"}),
    "the system": ({**ACTIVE_STAFF, "is_system": True}, set()),
    "somebody erased": ({**GONE_CUSTOMER, "anonymised_at": LONG_AGO}, set()),
    "somebody merged": ({**GONE_CUSTOMER, "merged_into_id": 5}, set()),
    "somebody merged, active": ({**ACTIVE_CUSTOMER, "merged_into_id": 5}, set()),
}
"""What whoever manages people may do with others, by what these are."""


@pytest.mark.parametrize("can", TAKES, ids=lambda can: can.__name__)
def test_it_takes_these_permissions_and_no_others(can: Callable[[User], bool]) -> None:
    sets = list(sets_of_permissions())
    for permissions in sets:
        is_enough = permissions >= TAKES[can]
        assert can(somebody(*permissions)) is is_enough
        assert can(somebody(*permissions, is_active=False)) is False
        assert can(somebody(*permissions, is_staff=False)) is False
        assert can(somebody(*permissions, role_id=None)) is False
    tally("sets of permissions × rules", 4 * len(sets))


@pytest.mark.parametrize("state", STATES)
def test_what_who_manages_people_may_do_with_whom(state: str) -> None:
    more, may = STATES[state]
    person = somebody(**{"id": 2, **more})

    for permissions in sets_of_permissions():
        user = somebody(*permissions)
        allowed = {can.__name__.removeprefix("can_") for can in WITH if can(user, person)}
        assert allowed == (may if PEOPLE in permissions else set()), permissions
    for nobody in (somebody(*Permission, is_staff=False), somebody(*Permission, is_active=False)):
        assert not any(can(nobody, person) for can in WITH)


@pytest.mark.parametrize("permission", Permission)
def test_addresses_of_who_may_more_are_left_alone(permission: Permission) -> None:
    person = somebody(permission, id=2)

    assert policy.can_keep_addresses(somebody(*Permission), person)
    assert policy.can_keep_addresses(somebody(PEOPLE, permission), person)
    assert policy.can_keep_addresses(somebody(PEOPLE), person) is (permission is PEOPLE)


def test_managers_among_the_customers_manage_colleagues() -> None:
    assert policy.can_manage_colleagues(manager())
    assert not policy.can_manage_colleagues(manager(is_active=False))
    assert not policy.can_manage_colleagues(manager(is_staff=True))
    assert not policy.can_manage_colleagues(customer())
    assert not policy.can_manage_colleagues(customer(organization_role=OrganizationRole.MEMBER))


def test_each_rule_that_asks_of_nobody_else_is_among_the_abilities() -> None:
    assert {*TAKES, policy.can_manage_colleagues} == set(ABILITIES)


def test_a_verdict_names_what_it_followed_from() -> None:
    yes = ask(policy.can_merge_people, somebody(*Permission))
    no = ask(policy.can_merge_people, somebody(Permission.SEE_EVERY_TICKET, PEOPLE))

    assert (yes.may, yes.permissions) == (True, [Permission.SEE_EVERY_TICKET, CHANGE, PEOPLE])
    assert (no.may, no.permissions) == (False, [CHANGE])
    assert ask(policy.can_manage_colleagues, manager()).facts[-1].about == "organization_role"


def test_each_step_of_sight_holds_the_one_before() -> None:
    assert SIGHT[0] < SIGHT[1] < SIGHT[2]
    assert all(any(SIGHT[2] & permits == step for step in SIGHT) for permits in BUILT_IN_ROLES.values())
