"""Teams: listed with members and open tickets, made, changed, dissolved with a hand-over."""

import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Team, User
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.teams import create_team
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import move_to_team, open_ticket, resolve
from tests.conftest import person_named
from tests.support.readable import untranslated
from tests.support.statements import counted_statements

CEILING = 7


@pytest.fixture
def team_id(acting):
    def look(name="First line"):
        with acting("ada"):
            return db.session.scalar(select(Team.id).where(Team.name == name))

    return look


@pytest.fixture
def billing(acting):
    with acting("ada") as ada:
        create_team(name="Billing", description="Invoices", reopen_days=3, by=ada)


@pytest.fixture
def given(acting):
    """`given("First line", settled=True)` opens a ticket of that team."""

    def opened(team, *, settled=False):
        with acting("ada") as ada:
            ticket = open_ticket(requester=person_named("carl"), by=ada, title="x", description="x")
            move_to_team(ticket, team=db.session.scalars(select(Team).where(Team.name == team)).one(), by=ada)
            if settled:
                resolve(ticket, by=ada)

    return opened


@pytest.fixture
def members(acting):
    def look(name):
        with acting("ada"):
            found = select(User.full_name).join(User.teams).where(Team.name == name)
            return sorted(db.session.scalars(found))

    return look


def rows(page):
    found = re.findall(r'(?s)<tr id="team-.*?</tr>', page.html)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def errors(page):
    return re.findall(r'class="error"[^>]*>.*?<span>([^<]*)</span>', page.html)


class TestRights:
    @pytest.mark.parametrize("path", ["", "/new", "/1", "/1/deletion/new"])
    def test_agents_read_that_their_role_does_not_allow_it(self, as_ana, path):
        assert as_ana.get(f"/admin/teams{path}").status == 403

    @pytest.mark.parametrize("path", ["", "/1", "/1/deletion"])
    def test_nor_can_they_do_anything(self, as_ana, team_id, path):
        assert as_ana.post(f"/admin/teams{path}", {"name": "x", "typed": "First line"}).status == 403
        assert team_id()

    def test_customers_find_no_such_page(self, as_carl):
        assert as_carl.get("/admin/teams").status == 404

    def test_who_may_manage_people_may(self, permitted, as_ana):
        permitted("ana", Permission.MANAGE_PEOPLE)
        assert as_ana.get("/admin/teams").status == 200

    @pytest.mark.parametrize("path", ["/99999", "/99999/deletion/new"])
    def test_a_team_that_does_not_exist(self, as_ada, path):
        assert as_ada.get(f"/admin/teams{path}").status == 404


class TestList:
    def test_with_members_and_open_tickets(self, as_ada, billing, given):
        given("First line")
        given("First line", settled=True)

        page = as_ada.get("/admin/teams")

        assert rows(page) == ["Billing Invoices 3 days 0 0", "First line As the desk 2 1"]
        assert "/agent/search?q=team:%22First+line%22+is:open" in page.html

    def test_sorted_and_searched(self, as_ada, billing):
        assert [row.split()[0] for row in rows(as_ada.get("/admin/teams?sort=members"))] == [
            "First",
            "Billing",
        ]
        assert rows(as_ada.get("/admin/teams?q=invoice")) == ["Billing Invoices 3 days 0 0"]
        assert "No team matches “zebra”" in as_ada.get("/admin/teams?q=zebra").text

    @pytest.mark.parametrize("sort", ["name", "members", "open"])
    def test_pages_follow_each_other_and_cost_the_same(self, as_ada, cold, acting, sort):
        cold(as_ada)
        with counted_statements() as few:
            as_ada.get(f"/admin/teams?sort={sort}")
        with acting("ada"):
            db.session.add_all(Team(name=f"Team {number:02}") for number in range(59))
        cold(as_ada)
        with counted_statements() as many:
            page = as_ada.get(f"/admin/teams?sort={sort}")

        assert len(few) == len(many) <= CEILING
        assert len(rows(page)) == 50
        (following,) = re.findall(r'href="(/admin/teams\?[^"]*after=[^"]+)"', page.html)
        assert len(rows(as_ada.get(following.replace("&amp;", "&")))) == 10


class TestDeeds:
    def test_a_team_is_made_with_its_members(self, as_ada, person_id, members, team_id):
        form = {"name": "Billing", "description": "", "reopen_days": "3", "members": [str(person_id("ana"))]}
        assert as_ada.post("/admin/teams", form).status == 303

        assert team_id("Billing")
        assert members("Billing") == ["Ana Agent"]

    @pytest.mark.parametrize(
        "form, sentence",
        [
            ({"name": ""}, "Give it a name."),
            ({"name": "first line"}, "“first line” is there already. Choose another name."),
            ({"name": "B", "reopen_days": "-1"}, "Type a number of days from 0 to 3,650, or nothing."),
            ({"name": "B", "reopen_days": "many"}, "Type a number of days from 0 to 3,650, or nothing."),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(self, as_ada, form, sentence):
        page = as_ada.post("/admin/teams", {"description": "Kept words", **form})

        assert page.status == 422
        assert errors(page) == [sentence]
        assert "Kept words</textarea>" in page.html

    def test_its_mails_have_a_signature_of_their_own(self, as_ada, team_id, acting):
        form = {"name": "First line", "signature": "Yours,\nthe first line"}

        assert as_ada.post(f"/admin/teams/{team_id()}", form).status == 303

        with acting("ada"):
            kept = db.session.scalars(select(Team.signature).where(Team.name == "First line")).one()
        assert kept == "Yours,\nthe first line"
        assert "the first line</textarea>" in as_ada.get(f"/admin/teams/{team_id()}").html

    def test_customers_are_no_members(self, as_ada, person_id, team_id):
        form = {"name": "Billing", "members": [str(person_id("carl"))]}
        assert as_ada.post("/admin/teams", form).status == 422
        assert team_id("Billing") is None

    def test_changed_the_deactivated_stay_where_they_were(self, as_ada, acting, person_id, members, team_id):
        with acting("ada") as ada:
            deactivate(person_named("ben"), by=ada)
        form = {"name": "Second line", "members": [str(person_id("ada"))]}
        assert as_ada.post(f"/admin/teams/{team_id()}", form).status == 303

        assert members("Second line") == ["Ada Admin", "Ben Brown"]

    def test_dissolved_only_after_it_was_typed_with_a_hand_over(
        self, as_ada, acting, billing, given, team_id
    ):
        given("First line")
        given("First line", settled=True)
        path = f"/admin/teams/{team_id()}/deletion"

        question = as_ada.get(f"{path}/new")
        assert "1 open ticket is handed over, the bin included." in question.text
        assert "1 settled ticket keeps everything but the team." in question.text

        refused = as_ada.post(path, {"typed": "Billing", "tickets_to": str(team_id("Billing"))})
        assert refused.status == 422
        assert re.findall(r'selected value="(\d+)"', refused.html) == [str(team_id("Billing"))]
        assert as_ada.post(path, {"typed": "First line", "tickets_to": str(team_id())}).status == 422
        assert team_id()

        assert as_ada.post(path, {"typed": "first line", "tickets_to": str(team_id("Billing"))}).status == 303
        with acting("ada"):
            found = select(Ticket.is_open, Team.name).outerjoin(Team, Team.id == Ticket.team_id)
            assert sorted(map(tuple, db.session.execute(found))) == [(False, None), (True, "Billing")]


def test_every_word_is_translated(as_ada, pseudo, billing, team_id):
    team = team_id()
    for path in ("", "/new", f"/{team}", f"/{team}/deletion/new", "?q=zzz"):
        page = as_ada.get(f"/admin/teams{path}")
        assert page.status == 200, path
        assert untranslated(page.html) == [], path
