"""People: listed, searched, counted, and one of them beside the list."""

import re

import pytest

from helpdesk.accounts.models import EmailAddress, OrganizationRole, User
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.inviting import invite
from helpdesk.accounts.permissions import BUILT_IN_ROLES, Permission
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.operations import take
from tests.conftest import person_named
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.agents.conftest import ticket_numbered

CEILING = 8
LIST_CEILING = 7
EVERYBODY = ["Ada Admin", "Ana Agent", "Ben Brown", "Carl Customer", "Cora Colleague", "Olga Other"]


def names(page):
    return re.findall(r'class="row-title"[^>]*>([^<]+)<', page.html)


def row_of(page, name):
    """The words of somebody's row, but for since when they are here."""
    for row in re.findall(r"(?s)<tr id=.*?(?=<td class=\"nowrap since\")", page.html):
        words = " ".join(re.sub(r"<[^>]+>", " ", row).split())
        if name in words:
            return words.replace("No ne", "None")
    raise AssertionError(f"{name} is not in the list")


def segments(page):
    (choices,) = re.findall(r'(?s)<nav class="segments" aria-label="Which people">(.*?)</nav>', page.html)
    return re.findall(r'>([^<]+) <span class="count[^"]*">([\d,]+)</span>', choices)


class TestRights:
    @pytest.mark.parametrize(
        "path", ["/admin/people", "/admin/people/new", "/admin/people/2", "/admin/people/2/deactivation/new"]
    )
    def test_agents_read_that_their_role_does_not_allow_it(self, as_ana, path):
        page = as_ana.get(path)

        assert page.status == 403
        assert "Carl Customer" not in page.text

    @pytest.mark.parametrize("path", ["", "/2", "/2/invitations", "/2/deactivation", "/2/activation"])
    def test_nor_can_they_do_anything(self, as_ana, facts, path):
        assert as_ana.post(f"/admin/people{path}", {"email": "x@y.example", "role": "customer"}).status == 403
        assert facts(User.id == 2, User.is_active, User.is_staff) == (True, True)

    def test_customers_find_no_such_page(self, as_carl):
        assert as_carl.get("/admin/people").status == 404
        assert as_carl.post("/admin/people/2/deactivation").status == 404

    def test_strangers_are_led_to_the_sign_in(self, as_nobody):
        assert as_nobody.get("/admin/people").location == "/login?next=/admin/people"
        assert as_nobody.post("/admin/people").status == 303

    def test_who_may_manage_people_and_nothing_else_may(self, permitted, as_ana):
        permitted("ana", Permission.MANAGE_PEOPLE)

        assert names(as_ana.get("/admin/people")) == EVERYBODY

    def test_a_form_of_another_site_does_nothing(self, as_ada, person_id, facts):
        ben = person_id("ben")

        page = as_ada.client.post(f"/admin/people/{ben}/deactivation", data={"tickets_to": ""})

        assert page.status_code == 400
        assert facts(User.id == ben, User.is_active)


class TestList:
    def test_everybody_by_name_but_the_system(self, as_ada):
        page = as_ada.get("/admin/people")

        assert names(page) == EVERYBODY
        assert segments(page) == [
            ("Everyone", "6"),
            ("Staff", "3"),
            ("Customers", "3"),
            ("Deactivated", "0"),
        ]

    @pytest.mark.parametrize(
        "show, shown",
        [
            ("staff", ["Ada Admin", "Ana Agent"]),
            ("customers", ["Carl Customer", "Cora Colleague", "Olga Other"]),
            ("deactivated", ["Ben Brown"]),
            ("nonsense", EVERYBODY),
        ],
    )
    def test_staff_customers_and_who_was_deactivated(self, as_ada, acting, show, shown):
        with acting("ada") as ada:
            deactivate(person_named("ben"), by=ada)

        assert names(as_ada.get(f"/admin/people?show={show}")) == shown

    def test_a_row_says_what_somebody_is_and_has(self, as_ada, acting, number):
        with acting("ana") as ana:
            take(ticket_numbered(number), by=ana)
        with acting("ada"):
            person_named("cora").organization_role = OrganizationRole.MANAGER

        page = as_ada.get("/admin/people")

        assert row_of(page, "Ada Admin").startswith("AA Ada Admin ada@desk.example Administrator None 0")
        assert row_of(page, "Ana Agent") == "AA Ana Agent ana@desk.example Agent First line 1 Never"
        assert row_of(page, "Carl Customer").endswith("Customer Customer Inc 1 Never")
        assert row_of(page, "Cora Colleague").endswith("Customer, manager Customer Inc 0 Never")
        assert row_of(page, "Olga Other").endswith("Customer None 0 Never")

    def test_when_somebody_was_last_seen_or_why_not(self, as_ada, as_ana, acting):
        as_ana.get("/agent/queues/mine")
        with acting("ada") as ada:
            deactivate(person_named("ben"), by=ada)
            invite(email="nina@desk.example", full_name="Nina New", role=None, by=ada)
            address = EmailAddress(email="u@x.example", email_key="u@x.example")
            db.session.add(User(full_name="Una Unsure", addresses=[address]))

        page = as_ada.get("/admin/people")

        assert row_of(page, "Ana Agent").endswith("just now")
        assert row_of(page, "Ben Brown").endswith("Deactivated")
        assert row_of(page, "Nina New").endswith("Invited just now")
        assert row_of(page, "Una Unsure").endswith("Not confirmed")

    def test_search_finds_parts_of_names_addresses_and_organizations(self, as_ada):
        assert names(as_ada.get("/admin/people?q=COLLEA")) == ["Cora Colleague"]
        assert names(as_ada.get("/admin/people?q=stranger.ex")) == ["Olga Other"]
        assert names(as_ada.get("/admin/people?q=customer+inc")) == ["Carl Customer", "Cora Colleague"]

    def test_search_counts_what_it_finds(self, as_ada):
        page = as_ada.get("/admin/people?q=desk.example&show=staff")

        assert segments(page) == [
            ("Everyone", "3"),
            ("Staff", "3"),
            ("Customers", "0"),
            ("Deactivated", "0"),
        ]
        assert 'name="show" value="staff"' in page.html

    def test_nobody_found_says_so(self, as_ada):
        assert "Nobody matches “zebra”" in as_ada.get("/admin/people?q=zebra").text
        assert "Nobody is deactivated" in as_ada.get("/admin/people?show=deactivated").text

    @pytest.mark.parametrize("words", ["%25", "_", "%00", "%ED%A0%80", "'", "a" * 3000, "\\"])
    def test_no_text_breaks_the_search(self, as_ada, words):
        assert as_ada.get(f"/admin/people?q={words}").status in (200, 400)

    def test_names_are_text_not_markup(self, as_ada, acting):
        with acting("ada"):
            person_named("olga").full_name = "<script>alert(1)</script>"

        page = as_ada.get("/admin/people")

        assert "<script>alert(1)" not in page.html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.html

    def test_who_has_no_name_is_called_by_the_address(self, as_ada, acting):
        with acting("ada"):
            person_named("olga").full_name = ""

        assert names(as_ada.get("/admin/people"))[0] == "olga@stranger.example"

    def test_pages_follow_each_other_without_gaps(self, as_ada, crowd):
        crowd(100)
        first = as_ada.get("/admin/people?show=customers")
        (following,) = re.findall(r'href="(/admin/people\?[^"]*after=[^"]+)">Next', first.html)
        second = as_ada.get(following.replace("&amp;", "&"))
        (third_url,) = re.findall(r'href="(/admin/people\?[^"]*after=[^"]+)">Next', second.html)
        third = as_ada.get(third_url.replace("&amp;", "&"))

        found = names(first) + names(second) + names(third)
        assert len(found) == len(set(found)) == 103
        assert found == sorted(found, key=str.lower)
        assert "Previous" in third.text

    def test_a_damaged_mark_is_refused(self, as_ada):
        assert as_ada.get("/admin/people?after=nonsense").status == 400

    @pytest.mark.parametrize("rows", [0, 50])
    def test_the_list_costs_the_same_for_few_and_for_many(self, as_ada, crowd, cold, rows):
        crowd(rows)
        browser = cold(as_ada)
        with counted_statements() as statements:
            page = browser.get("/admin/people?show=customers&q=example")

        assert len(names(page)) == min(3 + rows, 50)
        assert len(statements) == 7 <= LIST_CEILING  # one of them counts the search


class TestOne:
    def test_the_person_stands_beside_the_list(self, as_ada, person_id):
        page = as_ada.get(f"/admin/people/{person_id('ana')}")

        assert names(page) == EVERYBODY
        assert re.search(
            r'(?s)<tr id="person-\d+" class="selected">.*?aria-current="true">Ana Agent', page.html
        )
        assert '<h2 id="person" dir="auto" title="Ana Agent">Ana Agent</h2>' in page.html
        for words in ("ana@desk.example", "First line", "Sees every ticket, answers and changes tickets"):
            assert words in page.text

    def test_all_addresses_are_shown_with_what_is_known_of_them(self, as_ada, acting, person_id):
        with acting("ada"):
            db.session.add(
                EmailAddress(
                    user_id=person_named("olga").id,
                    email="olga@home.example",
                    email_key="olga@home.example",
                    is_primary=False,
                )
            )

        text = as_ada.get(f"/admin/people/{person_id('olga')}").text

        assert "olga@stranger.example Primary" in text
        assert "olga@home.example Not confirmed" in text

    def test_how_the_list_was_chosen_stays_in_every_link(self, as_ada, person_id):
        page = as_ada.get(f"/admin/people/{person_id('carl')}?show=customers&q=c")

        assert names(page) == ["Carl Customer", "Cora Colleague"]
        for where in re.findall(r'(?:href|action)="(/admin/people/\d+(?!/rights)[^"]*)"', page.html):
            assert "show=customers" in where
            assert "q=c" in where

    def test_oneself_can_step_back_but_not_be_deactivated(self, as_ada, person_id):
        page = as_ada.get(f"/admin/people/{person_id('ada')}")

        assert "Deactivate…" not in page.text
        assert 'type="radio" value=' in page.html

    def test_a_deactivated_person_can_only_be_activated(self, as_ada, acting, person_id):
        with acting("ada") as ada:
            deactivate(person_named("ben"), by=ada)

        page = as_ada.get(f"/admin/people/{person_id('ben')}")

        assert "This account is deactivated" in page.text
        assert "Activate" in page.text
        assert 'type="radio" value=' not in page.html

    def test_somebody_erased_can_only_be_looked_at(self, as_ada, acting, person_id):
        with acting("ada"):
            olga = person_named("olga")
            olga.is_active, olga.anonymised_at = False, clock.now()

        page = as_ada.get(f"/admin/people/{person_id('olga')}")

        assert page.status == 200
        assert re.findall(r'action="(/admin/people/\d+/[^"]*)"', page.html) == []

    @pytest.mark.parametrize("nobody", ["1", "999999", "99999999999999999999", "x", "-1"])
    def test_neither_the_system_nor_nobody_has_a_page(self, as_ada, nobody):
        assert as_ada.get(f"/admin/people/{nobody}").status == 404

    def test_the_trail_is_linked_for_whoever_may_read_it(self, as_ada, as_ana, permitted, person_id):
        permitted("ana", Permission.MANAGE_PEOPLE)
        path = f"/admin/people/{person_id('carl')}"

        assert f"/admin/audit?person={person_id('carl')}" in as_ada.get(path).html
        assert "/admin/audit" not in as_ana.get(path).html

    @pytest.mark.parametrize("rows", [0, 50])
    def test_it_costs_the_same_beside_few_and_beside_many(self, as_ada, crowd, cold, person_id, rows):
        crowd(rows)
        path = f"/admin/people/{person_id('ana')}"
        browser = cold(as_ada)
        with counted_statements() as statements:
            browser.get(path)

        assert len(statements) == 7 <= CEILING


def test_every_word_is_translated(pseudo, as_ada, acting, person_id):
    with acting("ada") as ada:
        invite(email="nina@desk.example", full_name="Nina New", role=None, by=ada)
    ben = person_id("ben")

    for path in ("", "/new", f"/{ben}", f"/{ben}/deactivation/new", "?q=zebra"):
        # roles are rows: their names are whoever made them
        found = [
            word
            for word in untranslated(as_ada.get(f"/admin/people{path}").html)
            if word not in BUILT_IN_ROLES
        ]
        assert found == [], path
