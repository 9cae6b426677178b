"""The organization's tab: who sees whose requests, by what the organization shares."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Organization, OrganizationRole, Sharing
from helpdesk.core.db import db
from tests.conftest import person_named
from tests.support.statements import counted_statements
from tests.web.customers.conftest import cold_get
from tests.web.customers.test_tickets import titles

MANAGER, MEMBER = OrganizationRole.MANAGER, OrganizationRole.MEMBER
NONE, MANAGERS, EVERYONE = Sharing.NONE, Sharing.MANAGERS, Sharing.EVERYONE


@pytest.fixture
def sharing(acting):
    """`sharing(Sharing.MANAGERS, carl=OrganizationRole.MANAGER)` says what Customer Inc shares, and who manages it."""

    def share(how, **roles):
        with acting("ada"):
            db.session.scalars(select(Organization)).one().sharing = how
            for name, role in roles.items():
                person_named(name).organization_role = role

    return share


@pytest.mark.parametrize(
    "how, role, sees",
    [
        (NONE, MEMBER, False),
        (NONE, MANAGER, False),
        (MANAGERS, MEMBER, False),
        (MANAGERS, MANAGER, True),
        (EVERYONE, MEMBER, True),
        (EVERYONE, MANAGER, True),
    ],
)
def test_who_sees_a_colleagues_request(as_carl, asked, sharing, how, role, sees):
    sharing(how, carl=role)
    number = asked("cora", "Cora asks")
    asked("olga", "A stranger asks")
    asked("carl", "Carl asks")

    tab, page = as_carl.get("/portal/organization"), as_carl.get(f"/portal/tickets/{number}")

    assert page.status == (200 if sees else 404)
    assert titles(tab) == (["Carl asks", "Cora asks"] if sees else [])
    assert tab.status == (200 if sees else 303 if role is MANAGER else 404)
    assert ("Customer Inc" in as_carl.get("/portal/tickets").text) is (sees or role is MANAGER)


def test_a_row_tells_whose_it_is_and_search_finds_it(as_carl, asked, sharing):
    sharing(MANAGERS, carl=MANAGER)
    asked("cora", "The printer")

    page = as_carl.get("/portal/organization?q=print")

    assert titles(page) == ["The printer"]
    assert "from Cora Colleague" in page.text


def test_nobody_outside_has_such_a_page(as_olga, as_nobody, as_ana, sharing):
    sharing(EVERYONE)

    assert as_olga.get("/portal/organization").status == 404
    assert as_nobody.get("/portal/organization").location.startswith("/login")
    assert as_ana.get("/portal/organization").location.startswith("/agent")


def test_nothing_asked_yet_says_so(as_carl, sharing):
    sharing(EVERYONE)

    assert "Nobody asked yet" in as_carl.get("/portal/organization").text


@pytest.mark.parametrize("count", [1, 50])
def test_one_row_costs_as_many_statements_as_fifty(as_carl, asked, sharing, cold, count):
    sharing(MANAGERS, carl=MANAGER)
    for _ in range(count):
        asked("cora", "Many")

    with counted_statements() as seen:
        page = cold_get(cold, as_carl, "/portal/organization", seen)

    assert len(titles(page)) == min(count, 25)
    assert len(seen) <= 6, seen
