"""Organizations as agents meet them: which they may know of, what their page says, and what it costs."""

import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Organization, OrganizationRole, Sharing, User
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.tickets.operations import move_to_team
from tests.conftest import person_named
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.agents.conftest import first_line
from tests.web.agents.test_people import names

CEILING = 9


@pytest.fixture
def customer_inc(acting):
    with acting("ada"):
        return db.session.scalars(select(Organization.id)).one()


@pytest.fixture
def another(acting):
    """An organization nobody belongs to."""
    with acting("ada"):
        organization = Organization(name="Another Ltd", domains=["another.example", "other.example"])
        db.session.add(organization)
        db.session.flush()
        return organization.id


def test_they_are_listed_by_name_and_found_by_name_or_domain(as_ana, another):
    assert names(as_ana.get("/agent/organizations")) == ["Another Ltd", "Customer Inc"]
    assert names(as_ana.get("/agent/organizations?q=INC")) == ["Customer Inc"]
    assert names(as_ana.get("/agent/organizations?q=other.ex")) == ["Another Ltd"]
    assert "No organization matches “nothing”" in as_ana.get("/agent/organizations?q=nothing").text


def test_others_see_those_of_the_tickets_they_may_see(
    as_ben, asked, deed, permitted, customer_inc, another, as_carl
):
    permitted("ben", Permission.SEE_TEAM_TICKETS, Permission.ANSWER_TICKETS)
    assert names(as_ben.get("/agent/organizations")) == []
    assert as_ben.get(f"/agent/organizations/{customer_inc}").status == 404

    deed("ada", lambda ticket, by: move_to_team(ticket, team=first_line(), by=by), asked("carl"))
    asked("cora", title="Hers")

    assert names(as_ben.get("/agent/organizations")) == ["Customer Inc"]
    page = as_ben.get(f"/agent/organizations/{customer_inc}")
    assert names(page) == ["A question", "Carl Customer"]
    assert "1 person" in page.text
    assert as_ben.get(f"/agent/organizations/{another}").status == 404
    assert as_ben.post(f"/agent/organizations/{another}/notes", {"notes": "x", "seen": ""}).status == 404
    assert as_carl.get(f"/agent/organizations/{customer_inc}").status == 303


def test_the_page_tells_people_tickets_domains_and_sharing(as_ana, asked, acting, customer_inc):
    asked("carl", title="His")
    asked("olga", title="Hers")
    with acting("ada"):
        person_named("cora").organization_role = OrganizationRole.MANAGER
        db.session.get_one(Organization, customer_inc).sharing = Sharing.MANAGERS

    page = as_ana.get(f"/agent/organizations/{customer_inc}")

    assert names(page) == ["His", "Carl Customer", "Cora Colleague"]
    for words in ("customer.example", "Managers see all tickets", "2 people", "1 open", "Manager 0"):
        assert words in page.text


def test_notes_are_saved(as_ana, customer_inc):
    sent = as_ana.post(f"/agent/organizations/{customer_inc}/notes", {"notes": "Pays late.", "seen": ""})

    assert "Pays late." in as_ana.get(sent.location).text
    stale = as_ana.post(f"/agent/organizations/{customer_inc}/notes", {"notes": "Pays.", "seen": ""})
    assert (stale.status, "There now Pays late." in stale.text) == (409, True)


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_costs_the_same_for_one_and_for_fifty(as_ada, cold, acting, count):
    with acting("ada"):
        db.session.add_all([Organization(name=f"Firm {number}") for number in range(count)])
    browser = cold(as_ada)

    with counted_statements() as statements:
        page = browser.get("/agent/organizations?q=firm")

    assert len(names(page)) == count
    assert f"Organizations {count}" in " ".join(page.text.split())
    assert len(statements) <= CEILING


def test_pages_follow_each_other(as_ada, acting):
    with acting("ada"):
        db.session.add_all(Organization(name=f"Org {number:02}", domains=[]) for number in range(60))

    first = as_ada.get("/agent/organizations")
    (following,) = re.findall(r'href="(/agent/organizations\?after=[^"]+)"', first.html)
    second = as_ada.get(following.replace("&amp;", "&"))

    assert "Org 48" in first.text
    assert "Org 59" not in first.text
    assert "Org 59" in second.text


@pytest.mark.parametrize("count", [1, 50])
def test_so_does_the_page(as_ada, cold, acting, asked, customer_inc, count):
    with acting("ada"):
        member = {"organization_id": customer_inc, "organization_role": OrganizationRole.MEMBER}
        db.session.add_all([User(full_name=f"Person {number}", **member) for number in range(count)])
    for number in range(count):
        asked("carl", title=f"Ticket {number}")
    browser = cold(as_ada)

    with counted_statements() as statements:
        page = browser.get(f"/agent/organizations/{customer_inc}")

    assert len(re.findall("<tr>", page.html)) > 4
    assert len(statements) <= CEILING


def test_every_word_is_translated(as_ada, pseudo, asked, customer_inc):
    asked("carl")
    for path in ("", "?q=x", f"/{customer_inc}"):
        assert untranslated(as_ada.get(f"/agent/organizations{path}").html) == []
