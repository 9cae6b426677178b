"""Views beside agents' pages: saved from any list, looked at, changed, arranged, counted."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, literal, select

from helpdesk.accounts.permissions import Permission
from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.queues.models import SavedView
from helpdesk.queues.operations import Audience, Content, create_view
from helpdesk.tickets.operations import resolve, take
from helpdesk.web.agents import sidebar_counts, views
from helpdesk.web.caches import cache
from tests.support.statements import counted_statements
from tests.web.agents.test_queues import CEILING, leads, titles

FORM = {"name": "My fires", "query": "is:open fire", "sort": "activity", "grouping": "", "audience": "own"}


def beside(page):
    nav = page.html.partition('aria-label="Views"')[2].partition("</nav>")[0]
    return re.findall(r'href="/agent/views/(v\w+)".*?<span dir="auto">([^<]+)</span>', nav)


@pytest.fixture
def saved(acting):
    """`saved("ana", "is:open")` keeps a view and returns its slug."""

    def save(name="ana", query="is:open", **more):
        with acting(name) as person:
            return create_view(Content(name=more.pop("called", "Fires"), query=query, **more), by=person).slug

    return save


def test_any_list_can_be_saved_as_a_view(as_ana, asked):
    asked(title="The printer is on fire")
    asked(title="Another matter")
    offered = leads(as_ana.get("/agent/queues/open?q=fire").html, "in").replace("&amp;", "&")
    form = as_ana.get(offered)
    assert 'value="is:open fire"' in form.html or 'value="fire is:open"' in form.html

    made = as_ana.post("/agent/views", {**FORM, "columns": ["status", "wait", "created"]}, follow=True)

    assert titles_of_view(made) == ["The printer is on fire"]
    assert [name for _slug, name in beside(made)] == ["My fires"]
    assert "Waiting" in made.text
    assert "Requester" not in made.text


def titles_of_view(page):
    return re.findall(r'class="title[^"]*"[^>]*>([^<]+)<', page.html)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"name": ""}, "Give it a name."),
        ({"query": "colour:red"}, "colour"),
        ({"sort": "zebra"}, "Not a valid choice"),
        ({"audience": "everyone"}, "Not a valid choice"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(as_ana, wrong, words):
    refused = as_ana.post("/agent/views", {**FORM, "name": "Kept", **wrong})

    assert refused.status == 422
    assert words in refused.text
    assert 'value="is:open fire"' in refused.html or "colour:red" in refused.html


def test_a_query_that_is_not_understood_is_marked_where_it_is_wrong_and_what_was_meant_is_offered(as_ana):
    form = as_ana.get("/agent/views/new").html
    refused = as_ana.post("/agent/views", {**FORM, "query": "<b> statsu:open"}).html

    assert 'data-suggestions="/agent/search/suggestions"' in form
    assert "mistake" not in form
    assert '<code dir="auto">&lt;b&gt; <mark>statsu:</mark>open</code>' in refused
    assert 'data-instead="query" dir="auto">&lt;b&gt; status:open</button>' in refused
    assert 'aria-describedby="query-hint query-error"' in refused
    assert 'id="query-error"' in refused


def test_ones_own_view_is_nobody_elses(as_ana, as_ada, saved):
    slug = saved()

    assert as_ana.get(f"/agent/views/{slug}").status == 200
    for path in (f"/agent/views/{slug}", f"/agent/views/{slug}/edit", "/agent/views/v000000000000"):
        assert as_ada.get(path).status == 404
    assert as_ada.post(f"/agent/views/{slug}/deletion").status == 404


def test_a_shared_view_is_changed_by_those_who_may(as_ana, as_ada, saved, acting):
    slug = saved("ada", audience=Audience.EVERYONE)

    assert "Fires" in as_ana.get("/agent/views").text
    assert as_ana.get(f"/agent/views/{slug}/edit").status == 403
    assert as_ana.post(f"/agent/views/{slug}", FORM).status == 403
    assert as_ada.post(f"/agent/views/{slug}", {**FORM, "audience": "everyone"}).location.endswith(slug)
    assert "My fires" in as_ana.get(f"/agent/views/{slug}").text
    copy = as_ana.get(f"/agent/views/new?from={slug}")
    assert "Copy of My fires" in copy.html


def test_views_are_pinned_moved_and_taken_away(as_ana, saved):
    first, second = saved(called="First"), saved(called="Second")

    as_ana.post(f"/agent/views/{second}/up")
    assert beside(as_ana.get("/agent/people")) == [(second, "Second"), (first, "First")]
    as_ana.post(f"/agent/views/{second}/unpin")
    assert beside(as_ana.get("/agent/people")) == [(first, "First")]
    as_ana.post(f"/agent/views/{second}/pin")
    assert as_ana.post(f"/agent/views/{first}/deletion").location == "/agent/views"
    assert beside(as_ana.get("/agent/people")) == [(second, "Second")]


@pytest.mark.parametrize(
    "way, which, places, order",
    [
        ("up", 3, "2", [0, 3, 1, 2]),
        ("up", 3, "99", [3, 0, 1, 2]),
        ("down", 0, "2", [1, 2, 0, 3]),
        ("down", 1, "-2", [0, 2, 1, 3]),
        ("down", 1, "far", [0, 2, 1, 3]),
    ],
)
def test_a_dragged_one_goes_several_places_at_once(as_ana, saved, way, which, places, order):
    slugs = [saved(called=f"View {number}") for number in range(4)]

    as_ana.post(f"/agent/views/{slugs[which]}/{way}", {"places": places})

    assert [slug for slug, _name in beside(as_ana.get("/agent/people"))] == [slugs[each] for each in order]


def test_one_starts_with_the_view_one_chose_as_long_as_it_is_there(as_ana, saved):
    slug = saved()

    as_ana.post(f"/agent/views/{slug}/start")
    assert as_ana.get("/agent").location == f"/agent/views/{slug}"
    as_ana.post(f"/agent/views/{slug}/deletion")
    assert as_ana.get("/agent").location == "/agent/queues/unassigned"


def test_a_view_that_broke_says_so_and_leads_to_its_form(as_ana, saved, acting, asked):
    asked(title="not to be seen")
    slug = saved()
    with acting("ada"):
        db.session.scalars(select(SavedView).where(SavedView.slug == slug)).one().query = "colour:red"

    page = as_ana.get(f"/agent/views/{slug}")

    assert page.status == 422
    assert "no longer makes sense" in page.text
    assert "colour" in page.text
    assert titles(page) == []
    assert f"/agent/views/{slug}/edit" in page.html
    assert "Save as view" not in page.text
    assert "<title>Fires" in page.html
    assert "<title>Fires (0)" not in page.html
    assert "No longer makes sense" in as_ana.get("/agent/views").text
    form = as_ana.get(f"/agent/views/{slug}/edit")
    assert form.status == 200
    assert "<mark>colour:</mark>red" in form.html


def test_a_shared_one_that_broke_leads_who_may_not_change_it_to_a_copy(as_ana, saved, acting):
    slug = saved("ada", audience=Audience.EVERYONE)
    with acting("ada"):
        db.session.scalars(select(SavedView).where(SavedView.slug == slug)).one().query = "colour:red"

    page = as_ana.get(f"/agent/views/{slug}")

    assert f"/agent/views/{slug}/edit" not in page.html
    assert f"/agent/views/new?from={slug}" in page.html
    assert as_ana.get(f"/agent/views/new?from={slug}").status == 200


def test_a_ticket_of_a_view_knows_the_way_back_and_on(as_ana, saved, asked):
    first, second = asked(title="one"), asked(title="two")
    slug = saved(sort="created")

    page = as_ana.get(f"/agent/tickets/{second}?in={slug}")

    assert f'href="/agent/views/{slug}"' in page.html
    assert f"/agent/tickets/{first}?in={slug}" in page.html


def test_many_at_once_in_a_view_are_those_of_the_view(as_ana, saved, asked):
    asked(title="one fire")
    asked(title="other")
    slug = saved(query="fire")

    page = as_ana.get(f"/agent/bulk-edits/new?in={slug}&all=1&deed=status&value=resolved")

    assert page.status == 200


def test_counts_are_told_on_the_page_of_views_and_to_scripts(as_ana, saved, asked, deed):
    deed("ana", take, asked(title="mine"))
    asked(title="nobody's")
    slug, other = saved(query="assignee:me"), saved(query="is:open", called="Open")

    assert as_ana.get("/agent/views/counts").response.get_json() == {
        f"/agent/views/{slug}": "1",
        f"/agent/views/{other}": "2",
    }


@pytest.mark.parametrize("rows", [1, 30])
def test_a_view_costs_the_same_for_one_ticket_and_for_many(as_ana, cold, asked, saved, rows):
    for number in range(rows):
        asked(title=f"ticket {number}")
    slug = saved(grouping="assignee", columns=["status", "wait", "organization"])
    for number in range(5):
        saved(called=f"Another {number}")
    browser = cold(as_ana)

    with counted_statements() as statements:
        page = browser.get(f"/agent/views/{slug}")

    assert len(titles_of_view(page)) == rows
    assert len(statements) <= CEILING


class TestKeptCounts:
    @pytest.fixture(autouse=True)
    def kept_for_a_while(self, app, monkeypatch):
        with app.app_context():
            config = replace(configuration(), counts_seconds=30)
            cache.clear()
        monkeypatch.setattr(sidebar_counts, "configuration", lambda: config)
        yield
        with app.app_context():
            cache.clear()

    def count(self, browser, slug="unassigned"):
        page = browser.get("/agent/people").html
        return re.search(rf'href="/agent/queues/{slug}".*?class="count[^"]*">([^<]+)<', page).group(1)

    def test_others_changes_show_a_little_later_and_ones_own_at_once(self, as_ana, as_ben, asked):
        asked()
        assert (self.count(as_ana), self.count(as_ben)) == ("1", "1")
        asked(title="came meanwhile")
        assert self.count(as_ana) == "1"

        as_ben.post("/agent/preferences/theme", {"theme": "dark"})

        assert self.count(as_ben) == "2"
        assert self.count(as_ana) == "1"

    def test_other_rights_are_other_counts(self, as_ben, asked, permitted):
        asked()
        assert self.count(as_ben) == "1"

        permitted("ben", Permission.ANSWER_TICKETS)

        assert self.count(as_ben) == "0"

    def test_pages_show_what_is_known_of_views_and_have_the_rest_asked_for(self, as_ana, saved, asked, deed):
        number = asked()
        slug = saved()
        before = as_ana.get("/agent/people").html
        as_ana.get("/agent/views/counts")
        after = as_ana.get("/agent/people").html
        deed("ana", resolve, number)

        assert 'data-counts="/agent/views/counts"' in before
        assert "data-counts" not in after
        assert re.search(rf'href="/agent/views/{slug}".*?class="count">1<', after)

    def test_asked_for_again_and_again_they_are_counted_once(self, as_ana, saved, asked):
        slug = saved()
        asked()

        first = as_ana.get("/agent/views/counts").response.get_json()
        asked()

        assert as_ana.get("/agent/views/counts").response.get_json() == first == {f"/agent/views/{slug}": "1"}

    def test_a_view_that_takes_too_long_has_no_count_for_a_while_and_costs_no_page(
        self, as_ana, saved, monkeypatch
    ):
        quick, slow = saved(called="Quick"), saved(called="Slow")

        def counted(views, _user, _zone):
            waits = select(func.count()).select_from(func.pg_sleep(2)).scalar_subquery()
            return select(*((waits if view.slug == slow else literal(7)).label(view.slug) for view in views))

        monkeypatch.setattr(sidebar_counts, "view_counts", counted)
        monkeypatch.setattr(sidebar_counts, "PATIENCE", 100)
        monkeypatch.setattr(sidebar_counts, "PATIENCE_EACH", 100)

        assert as_ana.get("/agent/views/counts").response.get_json() == {f"/agent/views/{quick}": "7"}
        page = as_ana.get("/agent/people").html
        assert "data-counts" not in page
        assert re.search(rf'href="/agent/views/{quick}".*?class="count">7<', page)


def test_the_page_of_all_views_counts_the_first_of_them_pinned_ones_before_others(
    as_ana, saved, asked, monkeypatch
):
    asked(title="fire")
    pinned = [saved(called=f"Z{place}", query="is:open") for place in range(2)]
    others = [saved(called=f"A{place}", query="is:open") for place in range(3)]
    for slug in others:
        as_ana.post(f"/agent/views/{slug}/unpin")
    monkeypatch.setattr(views, "MOST_COUNTED", 3)

    page = as_ana.get("/agent/views")

    counted = re.findall(r'href="/agent/views/(v\w+)">[^<]*</a> <span class="count', page.html)
    assert counted == [*pinned, others[0]]
