"""Roles of one's own, made, copied, changed and deleted on their pages; and what a page offers nobody."""

import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Role, RolePermission, User
from helpdesk.accounts.operations.roles import create_role
from helpdesk.accounts.permissions import ADMIN, AGENT, READ_ONLY, Permission
from helpdesk.core.db import db
from tests.conftest import person_named
from tests.support.readable import untranslated

NIGHT = {"name": "Night shift", "sight": "1", "permissions": ["answer_tickets"]}


@pytest.fixture
def made(acting):
    """`made("Night", Permission.ANSWER_TICKETS)` makes a role and returns its id."""

    def make(name, *permissions):
        with acting("ada") as ada:
            return create_role(name=name, permissions=permissions, by=ada).id

    return make


@pytest.fixture
def permits(acting):
    def look(name):
        with acting("ada"):
            found = select(RolePermission.permission).join(Role, Role.id == RolePermission.role_id)
            return {each.value for each in db.session.scalars(found.where(Role.name == name))}

    return look


def ticked(page):
    return set(re.findall(r'<input checked[^>]*value="(\w+)"', page.html))


class TestMade:
    def test_with_a_step_and_ticks(self, as_ada, permits):
        assert as_ada.post("/admin/roles", NIGHT).status == 303

        assert permits("Night shift") == {"see_team_tickets", "answer_tickets"}
        assert "Night shift" in as_ada.get("/admin/roles").text

    @pytest.mark.parametrize(
        "form, words",
        [
            ({"name": ""}, "Give it a name."),
            ({"name": "AGENT"}, "“AGENT” is there already."),
            ({"name": "X", "sight": "7"}, "Not a valid choice."),
            ({"name": "X", "permissions": ["zebra"]}, "Invalid choice"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, as_ada, permits, form, words):
        page = as_ada.post("/admin/roles", {**NIGHT, "description": "For owls", **form})

        assert page.status in (409, 422)
        assert words in page.text
        assert "For owls" in page.html
        assert permits("X") == set()

    def test_as_a_copy(self, as_ada, role_id):
        page = as_ada.get(f"/admin/roles/new?from={role_id(AGENT)}")

        assert 'value="Copy of Agent"' in page.html
        assert ticked(page) == {"2", "answer_tickets", "change_tickets"}

    def test_nobody_is_offered_more_than_they_have(self, as_ana, permitted, permits, role_id):
        permitted("ana", Permission.MANAGE_PEOPLE, Permission.SEE_TEAM_TICKETS)
        page = as_ana.get(f"/admin/roles/new?from={role_id(ADMIN)}")

        assert set(re.findall(r'name="permissions"[^>]*value="(\w+)"', page.html)) == {"manage_people"}
        assert ticked(page) == {"1", "manage_people"}
        for more in ({"sight": "2"}, {"permissions": ["manage_desk"]}):
            assert as_ana.post("/admin/roles", {**NIGHT, "permissions": [], **more}).status == 422
        assert permits("Night shift") == set()


class TestChanged:
    def test_what_it_permits(self, as_ada, made, permits):
        role = made("Night", Permission.READ_AUDIT)
        assert ticked(as_ada.get(f"/admin/roles/{role}")) == {"0", "read_audit"}

        assert as_ada.post(f"/admin/roles/{role}", {**NIGHT, "needs_second_factor": "y"}).status == 303

        assert permits("Night shift") == {"see_team_tickets", "answer_tickets"}
        assert "Second factor" in as_ada.get("/admin/roles").text

    def test_of_a_built_in_one_only_the_second_factor(self, as_ada, role_id, permits, facts):
        role = role_id(READ_ONLY)
        page = as_ada.get(f"/admin/roles/{role}")
        assert 'name="permissions"' not in page.html
        before = permits(READ_ONLY)

        as_ada.post(f"/admin/roles/{role}", {**NIGHT, "needs_second_factor": "y"})

        assert permits(READ_ONLY) == before
        assert facts(Role.id == role, Role.name, Role.needs_second_factor) == (READ_ONLY, True)

    def test_one_that_may_more_than_whoever_changes_it(self, as_ana, made, permitted, permits):
        role = made("Night", Permission.READ_AUDIT)
        permitted("ana", Permission.MANAGE_PEOPLE, *(Permission.SEE_TEAM_TICKETS, Permission.ANSWER_TICKETS))

        page = as_ana.post(f"/admin/roles/{role}", NIGHT)

        assert page.status == 403
        assert "Night may do more than you may" in page.text
        assert permits("Night") == {"read_audit"}


class TestDeleted:
    def test_its_people_get_another(self, as_ada, made, role_id, acting, facts):
        role = made("Night", Permission.ANSWER_TICKETS)
        with acting("ada"):
            person_named("ben").role_id = role
        assert "1 person gets another role" in as_ada.get(f"/admin/roles/{role}/deletion/new").text
        form = {"typed": "night", "instead": str(role_id(READ_ONLY))}

        assert as_ada.post(f"/admin/roles/{role}/deletion", {**form, "typed": "x"}).status == 422
        assert as_ada.post(f"/admin/roles/{role}/deletion", {**form, "instead": str(role)}).status == 422
        assert as_ada.post(f"/admin/roles/{role}/deletion", form).status == 303

        assert facts(User.full_name == "Ben Brown", User.role_id) == role_id(READ_ONLY)
        assert as_ada.get(f"/admin/roles/{role}").status == 404

    def test_built_in_ones_stay(self, as_ada, role_id):
        form = {"typed": AGENT, "instead": str(role_id(READ_ONLY))}

        page = as_ada.post(f"/admin/roles/{role_id(AGENT)}/deletion", form)

        assert page.status == 403
        assert "Agent is built in and stays as it is" in page.text


@pytest.mark.parametrize("path", ["", "/new", "/1", "/1/deletion/new"])
def test_it_takes_the_permission(as_ana, as_carl, path):
    assert as_ana.get(f"/admin/roles{path}").status == 403
    assert as_carl.get(f"/admin/roles{path}").status == 404


def test_every_word_is_translated(as_ada, made, pseudo):
    role = made("Night", Permission.ANSWER_TICKETS)
    for path in ("new", f"{role}", "1", f"{role}/deletion/new"):
        left = untranslated(as_ada.get(f"/admin/roles/{path}").html)
        assert [
            each for each in left if each not in ("Night", *("Administrator", "Agent", "Read only"))
        ] == []
