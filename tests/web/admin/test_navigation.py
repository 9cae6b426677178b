"""/admin and the ways from there: each role sees the pages it opens, and no other."""

import re

import pytest

from helpdesk.accounts.permissions import Permission
from helpdesk.web.admin.page_words import WORDS
from helpdesk.web.navigation import DESK_PAGES

HOME = "/admin"


def pages_of(*permissions, client):
    """The addresses of the navigation that these permissions open, in order."""
    with client.app.test_request_context():
        from flask import url_for

        needed = {page[2]: page[0] if isinstance(page[0], tuple) else (page[0],) for page in DESK_PAGES}
        return [HOME, *(url_for(page) for page, all_of in needed.items() if set(all_of) <= set(permissions))]


def ways(page):
    return re.findall(r'<a class="nav-item" href="(/admin[^"]*)"', page.html)


def test_administrators_see_what_there_is(as_ada):
    page = as_ada.get(HOME)

    assert page.status == 200
    assert ways(page) == pages_of(*Permission, client=as_ada)
    assert "Who works here and who asks" in page.text


def test_agents_have_nothing_to_administrate(as_ana):
    page = as_ana.get(HOME)

    assert page.status == 403
    assert "This is not yours to do" in page.text


def test_customers_find_nothing(as_carl):
    assert as_carl.get(HOME).status == 404


def test_strangers_are_led_to_the_sign_in(as_nobody):
    assert as_nobody.get(HOME).location == "/login?next=/admin"


@pytest.mark.parametrize(
    "permission", [Permission.MANAGE_PEOPLE, Permission.MANAGE_DESK, Permission.READ_AUDIT]
)
def test_a_role_sees_the_pages_it_opens(as_ana, permitted, permission):
    permitted("ana", permission)

    page = as_ana.get(HOME)

    expected = pages_of(permission, client=as_ana)
    assert ways(page) == expected
    assert re.findall(r'<div class="two"><a href="([^"]+)"', page.html) == expected[1:]
    assert [path for path in expected if as_ana.get(path).status != 200] == []


def test_the_page_one_is_on_is_marked(as_ada):
    for path in pages_of(*Permission, client=as_ada):
        page = as_ada.get(path)

        (here,) = re.findall(r'<a class="nav-item" href="(/admin[^"]*)"[^>]*aria-current="page"', page.html)
        assert here == path
        assert 'href="/agent/queues/unassigned"' in page.html
        assert page.headers["Cache-Control"] == "no-store"


def test_every_page_says_what_it_is_for():
    assert [endpoint for *_more, endpoint, _icon in DESK_PAGES if endpoint not in WORDS] == []
