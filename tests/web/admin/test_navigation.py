"""/admin and the ways from there: each role sees the pages it opens, and no other."""

import re

import pytest

from helpdesk.accounts.permissions import Permission

PAGES = {
    Permission.MANAGE_PEOPLE: ["/admin/people"],
    Permission.READ_AUDIT: ["/admin/audit"],
    Permission.MANAGE_DESK: ["/admin/outbox", "/admin/jobs"],
}


def ways(page):
    return re.findall(r'<a class="nav-item" href="(/admin[^"]*)"', page.html)


def test_administrators_start_with_people(as_ada):
    assert as_ada.get("/admin").location == "/admin/people"


def test_agents_have_nothing_to_administrate(as_ana):
    page = as_ana.get("/admin")

    assert page.status == 403
    assert "This is not yours to do" in page.text


def test_customers_find_nothing(as_carl):
    assert as_carl.get("/admin").status == 404


def test_strangers_are_led_to_the_sign_in(as_nobody):
    assert as_nobody.get("/admin").location == "/login?next=/admin"


@pytest.mark.parametrize("permission", PAGES)
def test_a_role_starts_where_it_may(as_ana, permitted, permission):
    permitted("ana", permission)

    page = as_ana.get("/admin")

    assert page.location == PAGES[permission][0]
    assert ways(as_ana.get(page.location)) == PAGES[permission]


@pytest.mark.parametrize(
    "path", ["/admin/people", "/admin/people/new", "/admin/audit", "/admin/outbox", "/admin/jobs"]
)
def test_the_page_one_is_on_is_marked(as_ada, path):
    page = as_ada.get(path)

    assert ways(page) == ["/admin/people", "/admin/audit", "/admin/outbox", "/admin/jobs"]
    (here,) = re.findall(r'<a class="nav-item" href="(/admin[^"]*)"[^>]*aria-current="page"', page.html)
    assert path.startswith(here)
    assert 'href="/agent/queues/unassigned"' in page.html


@pytest.mark.parametrize("path", ["/admin/people", "/admin/audit", "/admin/outbox", "/admin/jobs"])
def test_what_is_here_is_kept_by_no_browser(as_ada, path):
    assert as_ada.get(path).headers["Cache-Control"] == "no-store"
