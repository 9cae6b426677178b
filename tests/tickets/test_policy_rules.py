"""The rules about tickets as a table: which permissions each takes, and of whom, for every set of permissions."""

import inspect
from collections.abc import Callable, Mapping

import pytest

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.tickets import policy
from helpdesk.tickets.abilities import ABILITIES, ABILITIES_WITH
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.policy import Ground, grounds
from tests.support.standing import customer, manager, sets_of_permissions, somebody
from tests.support.tally import tally

ALL, TEAM = Permission.SEE_EVERY_TICKET, Permission.SEE_TEAM_TICKETS
ANSWER, CHANGE, DELETE = Permission.ANSWER_TICKETS, Permission.CHANGE_TICKETS, Permission.DELETE_TICKETS
TAKES: Mapping[Callable[..., bool], set[Permission]] = {
    policy.sees_everything: {ALL},
    policy.can_open: {ANSWER},
    policy.can_answer_any: {ANSWER},
    policy.can_note: {ANSWER},
    policy.can_reply: {ANSWER},
    policy.can_invite: {ANSWER},
    policy.can_change: {CHANGE},
    policy.can_change_any: {CHANGE},
    policy.can_settle: {CHANGE},
    policy.can_watch: {ANSWER, CHANGE},
    policy.can_watch_any: {ANSWER, CHANGE},
    policy.can_delete: {DELETE},
    policy.can_delete_any: {DELETE},
}
"""What staff need one of."""
OF_CUSTOMERS = {policy.can_reply, policy.can_invite}
THEIRS, OTHERS = Ticket(requester_id=1), Ticket(requester_id=2)


def asked(can: Callable[..., bool], user: User, ticket: Ticket = THEIRS) -> bool:
    return can(user, ticket) if len(inspect.signature(can).parameters) > 1 else can(user)


@pytest.mark.parametrize("can", TAKES, ids=lambda can: can.__name__)
def test_staff_need_one_of_these_permissions_and_no_other(can: Callable[..., bool]) -> None:
    sets = list(sets_of_permissions())
    for permissions in sets:
        is_enough = bool(permissions & TAKES[can])
        for ticket in (THEIRS, OTHERS):
            assert asked(can, somebody(*permissions), ticket) is is_enough
            assert asked(can, somebody(*permissions, is_active=False), ticket) is False
    tally("sets of permissions × rules", 4 * len(sets))


@pytest.mark.parametrize("can", TAKES, ids=lambda can: can.__name__)
def test_customers_may_answer_what_they_see_and_settle_what_is_theirs(can: Callable[..., bool]) -> None:
    for person in (customer(), manager(), somebody(*Permission, is_staff=False)):
        for ticket in (THEIRS, OTHERS):
            may = can in OF_CUSTOMERS or (can is policy.can_settle and ticket is THEIRS)
            assert asked(can, person, ticket) is may
    assert asked(can, customer(is_active=False), OTHERS) is False


def test_every_rule_is_among_the_abilities() -> None:
    rules = {rule for name, rule in vars(policy).items() if name.startswith(("can_", "sees_"))}

    assert rules == {*TAKES} == {*ABILITIES, *ABILITIES_WITH}


def test_staff_see_in_three_steps() -> None:
    for permissions in sets_of_permissions():
        if ALL in permissions:
            expected = [Ground.EVERY]
        elif TEAM in permissions:
            expected = [Ground.ASSIGNED, Ground.TEAM]
        else:
            expected = [Ground.ASSIGNED]
        assert list(grounds(somebody(*permissions))) == expected
        assert policy.keeps_what_they_open(somebody(*permissions)) is (not permissions & {ALL, TEAM})
        assert grounds(somebody(*permissions, is_active=False)) == {}


def test_customers_see_their_own_and_what_is_shared() -> None:
    own = [Ground.REQUESTED, Ground.TAKES_PART]
    sharing = customer()
    sharing.shared_organization_id = 3

    assert list(grounds(customer())) == own
    assert list(grounds(sharing)) == [*own, Ground.ORGANIZATION]
    assert list(grounds(somebody(*Permission, is_staff=False))) == own
    assert grounds(customer(anonymised_at="2026-01-01")) == {}
    assert grounds(customer(is_active=False)) == {}
