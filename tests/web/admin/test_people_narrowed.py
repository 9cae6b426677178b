"""The list of people, narrowed and sorted: by role, state, team, organization; each number leads to its tickets."""

import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, Organization, OrganizationRole, Role, Team, User
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.inviting import invite
from helpdesk.accounts.permissions import AGENT
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.operations import delete, open_ticket, resolve, take
from tests.conftest import person_named
from tests.support.statements import counted_statements
from tests.web.admin.test_people import EVERYBODY, names

CEILING = 7


@pytest.fixture
def desk(acting):
    """Nina is invited, Una has never confirmed, Cora is a manager, Ben is gone; ids of what there is."""
    with acting("ada") as ada:
        invite(email="nina@desk.example", full_name="Nina New", role=None, by=ada)
        address = EmailAddress(email="u@x.example", email_key="u@x.example")
        db.session.add(User(full_name="Una Unsure", addresses=[address]))
        person_named("cora").organization_role = OrganizationRole.MANAGER
        deactivate(person_named("ben"), by=ada)
        return {
            "agent": db.session.scalars(select(Role.id).where(Role.name == AGENT)).one(),
            "team": db.session.scalars(select(Team.id)).one(),
            "organization": db.session.scalars(select(Organization.id)).one(),
        }


@pytest.mark.parametrize(
    "query, shown",
    [
        ("role={agent}", ["Ana Agent", "Ben Brown"]),
        ("role=manager", ["Cora Colleague"]),
        ("state=active", ["Ada Admin", "Ana Agent", "Carl Customer", "Cora Colleague", "Olga Other"]),
        ("state=invited", ["Nina New", "Una Unsure"]),
        ("team={team}", ["Ana Agent", "Ben Brown"]),
        ("organization={organization}", ["Carl Customer", "Cora Colleague"]),
        ("organization={organization}&role=manager&q=cora", ["Cora Colleague"]),
        ("team={team}&show=deactivated", ["Ben Brown"]),
        ("organization=999999", []),
    ],
)
def test_each_filter_narrows_the_list_and_its_counts(as_ada, desk, query, shown):
    page = as_ada.get(f"/admin/people?{query.format(**desk)}")

    assert names(page) == shown
    if "show=" not in query:
        assert f'People <span class="count">{len(shown)}</span>' in page.html


@pytest.mark.parametrize(
    "query", ["role=x", "state=gone", "team=-1", "organization=99999999999999999999", "role=²"]
)
def test_nonsense_narrows_nothing(as_ada, query):
    assert names(as_ada.get(f"/admin/people?{query}")) == EVERYBODY


def test_what_narrows_is_shown_and_can_be_taken_away(as_ada, desk):
    page = as_ada.get(f"/admin/people?team={desk['team']}&state=active&sort=open")

    terms = re.findall(
        r'(?s)<span class="term"><bdi>([^<]+)</bdi><b[^>]*>([^<]+)</b><a href="([^"]+)"', page.html
    )
    assert [(name, value) for name, value, _url in terms] == [("State:", "Active"), ("Team:", "First line")]
    assert terms[1][2].replace("&amp;", "&") == "/admin/people?sort=open&state=active"
    assert f'<option value="{desk["team"]}" selected>First line</option>' in page.html


def test_nobody_like_that_says_what_to_do(as_ada, desk):
    assert "Take one of the filters away" in as_ada.get("/admin/people?organization=999999").text


class TestSorting:
    def test_by_when_somebody_was_last_seen(self, as_ada, as_ana, acting):
        with acting("ada"):
            person_named("olga").last_login = clock.now()
        as_ana.get("/agent/queues/mine")

        assert set(names(as_ada.get("/admin/people?sort=seen"))[:3]) == {
            "Ada Admin",
            "Ana Agent",
            "Olga Other",
        }
        assert set(names(as_ada.get("/admin/people?sort=-seen"))[-3:]) == {
            "Ada Admin",
            "Ana Agent",
            "Olga Other",
        }

    def test_by_since_when_somebody_is_here(self, as_ada, acting):
        with acting("ada") as ada:
            nina = invite(email="nina@desk.example", full_name="Nina New", role=None, by=ada)
            nina.created_at = clock.now().replace(year=2100)

        assert names(as_ada.get("/admin/people?sort=since"))[0] == "Nina New"

    def test_by_open_tickets_as_many_as_the_link_finds(self, as_ada, acting):
        with acting("ana") as ana:
            for requester, fate in (
                ("carl", None),
                ("carl", delete),
                ("cora", None),
                ("carl", resolve),
                ("carl", None),
            ):
                ticket = open_ticket(requester=person_named(requester), by=ana, title="x", description="x")
                take(ticket, by=ana)
                if fate:
                    fate(ticket, by=ana)

        page = as_ada.get("/admin/people?sort=open")

        assert names(page)[:3] == ["Ana Agent", "Carl Customer", "Cora Colleague"]
        links = re.findall(r'<a class="link" href="(/agent/search[^"]+)">(\d+)</a>', page.html)
        assert [count for _url, count in links] == ["3", "2", "1"]
        for url, count in links:
            found = as_ada.get(url.replace("&amp;", "&"))
            assert len(re.findall(r'href="/agent/tickets/HD-\d+[^"]*"[^>]*>x<', found.html)) == int(count)

    @pytest.mark.parametrize("sort", ["name", "seen", "since", "open", "-open", "-seen"])
    def test_pages_follow_each_other_and_cost_the_same(self, as_ada, crowd, cold, sort):
        cold(as_ada)
        with counted_statements() as few:
            as_ada.get(f"/admin/people?sort={sort}&state=active")
        crowd(60)
        cold(as_ada)
        with counted_statements() as many:
            first = as_ada.get(f"/admin/people?sort={sort}&state=active")

        assert len(few) == len(many) <= CEILING
        (following,) = re.findall(r'href="(/admin/people\?[^"]*after=[^"]+)">Next', first.html)
        found = names(first) + names(as_ada.get(following.replace("&amp;", "&")))
        assert len(found) == len(set(found)) == 66
