"""Organizations: listed, made, changed, opened to their people, joined by domain, dissolved."""

import re

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import EmailAddress, Organization, OrganizationRole, Sharing, User
from helpdesk.accounts.operations.organizations import create_organization
from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import open_ticket
from tests.conftest import person_named
from tests.support.readable import untranslated
from tests.support.statements import counted_statements

CEILING = 7


@pytest.fixture
def organization_id(acting):
    def look(name="Customer Inc"):
        with acting("ada"):
            return db.session.scalar(select(Organization.id).where(Organization.name == name))

    return look


@pytest.fixture
def tamsel(acting):
    with acting("ada") as ada:
        create_organization(name="Tamsel", domains=["tamsel.example"], by=ada)


@pytest.fixture
def newcomers(acting):
    """`newcomers(3)`: so many customers of no organization with confirmed addresses at late.example."""

    def come(count):
        with acting("ada"):
            for number in range(count):
                email = f"late{number}@late.example"
                address = EmailAddress(email=email, email_key=email, verified_at=clock.now())
                db.session.add(User(full_name=f"Late {number}", addresses=[address]))

    return come


@pytest.fixture
def asked(acting):
    """Carl asks something, in his organization."""
    with acting("carl") as carl:
        open_ticket(requester=carl, by=carl, title="x", description="x")


def rows(page):
    found = re.findall(r'(?s)<tr id="organization-.*?</tr>', page.html)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def errors(page):
    return re.findall(r'class="error"[^>]*>.*?<span>([^<]*)</span>', page.html)


class TestRights:
    PATHS = ("/1", "/1/sharing/edit", "/1/members/new", "/1/joins/new", "/1/deletion/new")

    @pytest.mark.parametrize("path", ["", "/new", *PATHS])
    def test_agents_read_that_their_role_does_not_allow_it(self, as_ana, path):
        assert as_ana.get(f"/admin/organizations{path}").status == 403

    @pytest.mark.parametrize(
        "path", ["", "/1", "/1/sharing", "/1/members", "/1/members/2/removal", "/1/joins", "/1/deletion"]
    )
    def test_nor_can_they_do_anything(self, as_ana, path, organization_id):
        assert (
            as_ana.post(f"/admin/organizations{path}", {"name": "x", "typed": "Customer Inc"}).status == 403
        )
        assert organization_id()

    def test_customers_find_no_such_page(self, as_carl):
        assert as_carl.get("/admin/organizations").status == 404

    def test_who_may_manage_people_may(self, permitted, as_ana):
        permitted("ana", Permission.MANAGE_PEOPLE)
        assert as_ana.get("/admin/organizations").status == 200

    @pytest.mark.parametrize("path", PATHS)
    def test_an_organization_that_does_not_exist(self, as_ada, path):
        assert as_ada.get(f"/admin/organizations{path.replace('/1', '/99999', 1)}").status == 404


class TestList:
    def test_with_domains_people_and_open_tickets(self, as_ada, tamsel, asked, organization_id):
        page = as_ada.get("/admin/organizations")

        assert rows(page) == [
            "Customer Inc customer.example Nothing 2 1",
            "Tamsel tamsel.example Nothing 0 0",
        ]
        assert "/agent/search?q=org:%22Customer+Inc%22+is:open" in page.html
        assert f"/admin/people?organization={organization_id()}" in page.html

    def test_sorted_and_searched(self, as_ada, tamsel):
        assert rows(as_ada.get("/admin/organizations?sort=-people"))[0].startswith("Tamsel")
        assert [row.split()[0] for row in rows(as_ada.get("/admin/organizations?q=TAMSEL.ex"))] == ["Tamsel"]
        assert "No organization matches “zebra”" in as_ada.get("/admin/organizations?q=zebra").text

    @pytest.mark.parametrize("sort", ["name", "people", "open"])
    def test_pages_follow_each_other_and_cost_the_same(self, as_ada, cold, acting, sort):
        cold(as_ada)
        with counted_statements() as few:
            as_ada.get(f"/admin/organizations?sort={sort}")
        with acting("ada"):
            db.session.add_all(Organization(name=f"Org {number:02}", domains=[]) for number in range(59))
        cold(as_ada)
        with counted_statements() as many:
            page = as_ada.get(f"/admin/organizations?sort={sort}")

        assert len(few) == len(many) <= CEILING
        assert len(rows(page)) == 50
        (following,) = re.findall(r'href="(/admin/organizations\?[^"]*after=[^"]+)"', page.html)
        assert len(rows(as_ada.get(following.replace("&amp;", "&")))) == 10


class TestMaking:
    def test_with_domains_in_lines_or_with_commas(self, as_ada, organization_id, acting):
        form = {
            "name": "Tamsel",
            "domains": "tamsel.example, @tamsel.test\r\nother.example",
            "sharing": "managers",
        }
        page = as_ada.post("/admin/organizations", form)

        assert page.location == f"/admin/organizations/{organization_id('Tamsel')}"
        with acting("ada"):
            made = db.session.get(Organization, organization_id("Tamsel"))
            assert made.domains == ["tamsel.example", "tamsel.test", "other.example"]
            assert made.sharing is Sharing.MANAGERS

    @pytest.mark.parametrize(
        "form, sentence",
        [
            ({"name": ""}, "Give it a name."),
            ({"name": "customer inc"}, "“customer inc” is there already. Choose another name."),
            ({"domains": "nonsense"}, "“nonsense” is not a domain. Write it like this: example.com."),
            (
                {"domains": "gmail.com"},
                "Anybody can get an address at gmail.com: whoever has one would join. Add these people one by one.",
            ),
            (
                {"domains": "customer.example"},
                "customer.example belongs to Customer Inc already. Remove it there first.",
            ),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(self, as_ada, organization_id, form, sentence):
        page = as_ada.post(
            "/admin/organizations", {"name": "Tamsel", "domains": "", "sharing": "none", **form}
        )

        assert page.status == 422
        assert errors(page) == [sentence]
        assert organization_id("Tamsel") is None

    def test_changed(self, as_ada, organization_id):
        number = organization_id()
        page = as_ada.post(
            f"/admin/organizations/{number}", {"name": "Customer AG", "domains": "customer.example"}
        )

        assert page.status == 303
        assert organization_id("Customer AG") == number


class TestPeople:
    def test_found_added_risen_and_taken_out(self, as_ada, organization_id, person_id, facts):
        path, olga = f"/admin/organizations/{organization_id()}/members", person_id("olga")

        found = as_ada.get(f"{path}/new?words=o")
        assert "Add Olga Other" in found.html
        assert "Cora Colleague" not in found.text.split("Who belongs to it?")[1]  # she does already
        assert "Ana Agent" not in found.text.split("Who belongs to it?")[1]

        assert as_ada.post(path, {"person": olga}).location == f"/admin/organizations/{organization_id()}"
        as_ada.post(f"{path}/{olga}", {"role": "manager"})
        belongs = (User.organization_id, User.organization_role)
        assert facts(User.id == olga, *belongs) == (organization_id(), OrganizationRole.MANAGER)

        as_ada.post(f"{path}/{olga}/removal")
        assert facts(User.id == olga, *belongs) == (None, None)

    def test_staff_are_refused_with_the_reason(self, as_ada, organization_id, person_id):
        page = as_ada.post(f"/admin/organizations/{organization_id()}/members", {"person": person_id("ana")})

        assert page.status == 403
        assert "Ana Agent works here. Only customers belong to an organization." in page.text

    @pytest.mark.parametrize("back, to", [("/admin/people/1", "/admin/people/1"), ("//evil.example", None)])
    def test_back_to_where_it_was_asked_for(self, as_ada, organization_id, person_id, back, to):
        here = f"/admin/organizations/{organization_id()}"
        page = as_ada.post(f"{here}/members", {"person": person_id("olga"), "back": back})

        assert page.location == (to or here)

    def test_a_new_domain_offers_who_could_join_and_joins_them_once_typed(
        self, as_ada, organization_id, newcomers, facts
    ):
        newcomers(3)
        path = f"/admin/organizations/{organization_id()}"
        as_ada.post(path, {"name": "Customer Inc", "domains": "customer.example late.example"})

        assert "Let 3 people join…" in as_ada.get(path).text
        assert "Late 1" in as_ada.get(f"{path}/joins/new").text
        assert as_ada.post(f"{path}/joins", {"typed": "2"}).status == 422
        done = as_ada.post(f"{path}/joins", {"typed": "3"}, follow=True)
        assert "3 people joined Customer Inc." in done.text
        assert (
            facts(
                Organization.id == organization_id(),
                select(func.count()).where(User.organization_id == Organization.id).scalar_subquery(),
            )
            == 5
        )
        assert as_ada.get(f"{path}/joins/new").location == path


class TestSharing:
    def test_what_it_opens_is_counted_and_typed(self, as_ada, asked, organization_id, facts):
        path = f"/admin/organizations/{organization_id()}/sharing"

        assert "2 people · 0 managers · 1 request" in as_ada.get(f"{path}/edit").text
        preview = as_ada.get(f"{path}/edit?to=everyone")
        assert "2 people see more than today." in preview.text
        assert "It opens 1 request" in preview.text
        assert as_ada.post(path, {"sharing": "everyone", "typed": ""}).status == 422
        assert facts(Organization.id == organization_id(), Organization.sharing) is Sharing.NONE

        assert as_ada.post(path, {"sharing": "everyone", "typed": "1"}).status == 303
        assert facts(Organization.id == organization_id(), Organization.sharing) is Sharing.EVERYONE

        narrowing = as_ada.get(f"{path}/edit?to=managers")
        assert "2 people see only their own requests from now on." in narrowing.text
        assert as_ada.post(path, {"sharing": "managers"}).status == 303

    def test_where_it_concerns_nobody_nothing_is_typed(self, as_ada, asked, organization_id, facts):
        path = f"/admin/organizations/{organization_id()}/sharing"

        assert "It changes nothing for anybody today" in as_ada.get(f"{path}/edit?to=managers").text
        assert as_ada.post(path, {"sharing": "managers"}).status == 303
        assert facts(Organization.id == organization_id(), Organization.sharing) is Sharing.MANAGERS

    @pytest.mark.parametrize("sharing", ["", "nonsense"])
    def test_nonsense_is_asked_again(self, as_ada, organization_id, sharing):
        path = f"/admin/organizations/{organization_id()}/sharing"
        assert as_ada.post(path, {"sharing": sharing}).status == 422


def test_dissolved_only_after_it_was_typed(as_ada, asked, acting, organization_id):
    path = f"/admin/organizations/{organization_id()}/deletion"

    question = as_ada.get(f"{path}/new")
    assert "2 people stay, and belong to no organization." in question.text
    assert "1 ticket stays without it, the bin included." in question.text
    assert as_ada.post(path, {"typed": "Customer"}).status == 422
    assert organization_id()

    assert as_ada.post(path, {"typed": "customer inc"}).location == "/admin/organizations"
    assert organization_id() is None
    with acting("ada"):
        assert person_named("carl").organization_id is None
        assert db.session.scalars(select(Ticket.organization_id)).all() == [None]


def test_the_page_costs_the_same_for_few_and_many(as_ada, cold, acting, organization_id):
    path = f"/admin/organizations/{organization_id()}"
    cold(as_ada)
    with counted_statements() as few:
        as_ada.get(path)
    with acting("ada"):
        number = person_named("carl").organization_id
        db.session.add_all(
            User(full_name=f"P{each}", organization_id=number, organization_role=OrganizationRole.MEMBER)
            for each in range(50)
        )
    cold(as_ada)
    with counted_statements() as many:
        as_ada.get(path)

    assert len(few) == len(many) <= 8


def test_every_word_is_translated(as_ada, pseudo, asked, organization_id, newcomers):
    newcomers(1)
    organization = organization_id()
    as_ada.post(f"/admin/organizations/{organization}", {"name": "Customer Inc", "domains": "late.example"})
    for path in (
        "",
        "/new",
        f"/{organization}",
        f"/{organization}/sharing/edit",
        f"/{organization}/sharing/edit?to=everyone",
        f"/{organization}/members/new?words=o",
        f"/{organization}/joins/new",
        f"/{organization}/deletion/new",
        "?q=zzz",
    ):
        page = as_ada.get(f"/admin/organizations{path}")
        assert page.status == 200, path
        assert untranslated(page.html) == [], path
