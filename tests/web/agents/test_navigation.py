"""What stands beside every page of the agents: queues with counts, pages by permission, the way out."""

import re

from helpdesk.accounts.permissions import Permission


def pages(page):
    foot = page.html.partition('<nav class="foot"')[2].partition("</nav>")[0]
    return re.findall(r'<a class="nav-item" href="([^"]+)"', foot)


def test_each_page_is_offered_to_those_whose_role_opens_it(as_ana, as_ada, as_ben, permitted):
    assert "/admin" not in pages(as_ana.get("/agent/queues/open"))
    assert pages(as_ada.get("/agent/queues/open")) == [
        "/agent/people",
        "/agent/organizations",
        "/agent/bin",
        "/agent/statistics",
        "/admin",
    ]
    permitted("ben", Permission.READ_AUDIT)
    assert pages(as_ben.get("/agent/queues/open")) == ["/agent/people", "/agent/organizations", "/admin"]


def test_every_page_that_is_offered_opens(as_ada):
    for url in pages(as_ada.get("/agent/queues/open")):
        assert as_ada.get(url).status == 200


def test_the_account_names_the_person_and_leads_out(as_ana):
    page = as_ana.get("/agent/queues/open")

    account = page.html.partition('id="account"')[2].partition("</aside>")[0]
    assert "Ana Agent" in account
    assert 'action="/logout"' in account
    assert "data-theme-form" in page.html
    assert 'href="/agent/preferences"' in page.html


def test_the_queue_one_is_in_is_marked(as_ana, number):
    def current(page):
        return re.findall(r'href="/agent/queues/(\w+)"[^>]*aria-current="page"', page.html)

    assert current(as_ana.get("/agent/queues/overdue")) == ["overdue"]
    assert current(as_ana.get(f"/agent/tickets/{number}")) == ["unassigned"]
    assert current(as_ana.get("/agent/jump")) == []
