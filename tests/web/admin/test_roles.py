"""Roles in words: what each permits, how many have it, and the way to them."""

import re

from helpdesk.accounts.permissions import ADMIN, AGENT, Permission
from helpdesk.web.admin.roles import MEANINGS
from tests.support.statements import counted_statements

URL = "/admin/roles"


def held(page):
    """What the table says: permission → yes or no, in the order of the roles."""
    rows = re.findall(r'(?s)<th scope="row"><span class="row-title">([^<]+)</span>.*?</tr>', page.html)
    marks = re.findall(r'(?s)<td class="held">(.*?)</td>', page.html)
    roles = len(marks) // len(rows)
    return {
        name: ["<svg" in mark for mark in marks[at * roles : (at + 1) * roles]]
        for at, name in enumerate(rows)
    }


def test_every_permission_is_explained():
    assert set(MEANINGS) == set(Permission)


def test_the_table_says_what_each_role_may(as_ada):
    page = as_ada.get(URL)

    assert page.text.index(AGENT) < page.text.index(ADMIN)
    assert held(page) == {
        "See every ticket": [True, True, True],
        "See tickets of own teams": [True, True, True],
        "Answer tickets": [False, True, True],
        "Change tickets": [False, True, True],
        "Delete tickets": [False, False, True],
        "Manage shared views": [False, False, True],
        "Manage people": [False, False, True],
        "Manage the desk": [False, False, True],
        "Read the audit trail": [False, False, True],
        "Look at the desk as somebody else": [False, False, True],
    }


def test_the_number_of_people_leads_to_them(as_ada, role_id):
    page = as_ada.get(URL)
    (agents,) = re.findall(rf'href="(/admin/people\?role={role_id(AGENT)})">([^<]+)</a>', page.html)

    assert agents[1] == "2 people"
    shown = as_ada.get(agents[0])
    assert "Ana Agent" in shown.text
    assert "Ben Brown" in shown.text
    assert "Carl Customer" not in shown.text


def test_it_takes_the_permission(as_ana, permitted):
    permitted("ana", Permission.MANAGE_DESK)

    assert as_ana.get(URL).status == 403


def test_it_costs_few_statements(as_ada):
    with counted_statements() as seen:
        as_ada.get(URL)

    assert len(seen) <= 7
