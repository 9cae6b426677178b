"""Tags: listed with how often they are used, made, changed, merged, deleted; the dangerous ones after typing."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.permissions import Permission
from helpdesk.core import counts
from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.tickets.operations import delete, open_ticket, set_tags
from helpdesk.web.admin import tag_numbers
from helpdesk.web.caches import cache
from tests.conftest import person_named
from tests.support.readable import untranslated
from tests.support.statements import counted_statements

CEILING = 7


@pytest.fixture
def tagged(acting):
    """`tagged("printer", "fax")` opens a ticket with these tags."""

    def opened(*names, binned=False):
        with acting("ana") as ana:
            ticket = open_ticket(requester=person_named("carl"), by=ana, title="x", description="x")
            set_tags(ticket, names=names, by=ana)
            if binned:
                delete(ticket, by=ana)

    return opened


@pytest.fixture
def tag_id(acting):
    def look(name):
        with acting("ada"):
            return db.session.scalar(select(Tag.id).where(Tag.name == name))

    return look


@pytest.fixture
def on_tickets(acting):
    """How many tickets have each tag, the bin's too."""

    def count():
        with acting("ada"):
            names = list(db.session.scalars(select(Tag.name)))
            return {
                name: db.session.scalar(
                    select(func.count()).select_from(Ticket).where(Ticket.tags.any(Tag.name == name))
                )
                for name in names
            }

    return count


def names(page):
    return re.findall(r'(?s)class="row-title".*?<span dir="auto" title="([^"]+)"', page.html)


def errors(page):
    return re.findall(r'class="error"[^>]*>.*?<span>([^<]*)</span>', page.html)


class TestRights:
    @pytest.mark.parametrize("path", ["", "/new", "/1", "/1/merge", "/1/deletion/new"])
    def test_agents_read_that_their_role_does_not_allow_it(self, as_ana, path):
        assert as_ana.get(f"/admin/tags{path}").status == 403

    @pytest.mark.parametrize("path", ["", "/1", "/1/merge", "/1/deletion"])
    def test_nor_can_they_do_anything(self, as_ana, tagged, on_tickets, path):
        tagged("printer")
        assert as_ana.post(f"/admin/tags{path}", {"name": "x", "typed": "printer"}).status == 403
        assert on_tickets() == {"printer": 1}

    def test_customers_find_no_such_page(self, as_carl):
        assert as_carl.get("/admin/tags").status == 404

    def test_who_may_manage_the_desk_may(self, permitted, as_ana):
        permitted("ana", Permission.MANAGE_DESK)
        assert as_ana.get("/admin/tags").status == 200

    @pytest.mark.parametrize("path", ["/99", "/99/merge", "/99/deletion/new"])
    def test_a_tag_that_does_not_exist(self, as_ada, path):
        assert as_ada.get(f"/admin/tags{path}").status == 404


class TestList:
    def test_by_name_with_links_to_exactly_their_tickets(self, as_ada, tagged):
        tagged("printer", "fax")
        tagged("printer")
        tagged("printer", binned=True)

        page = as_ada.get("/admin/tags")

        assert names(page) == ["fax", "printer"]
        assert re.findall(r'href="/agent/search\?q=tag:(\w+)">(\d+)<', page.html) == [
            ("fax", "1"),
            ("printer", "2"),
        ]
        assert 'Tags <span class="count">2</span>' in page.html

    @pytest.mark.parametrize("sort", ["", "usage"])
    def test_numbers_are_counted_up_to_a_cap(self, as_ada, tagged, monkeypatch, sort):
        tagged("printer", "fax")
        tagged("printer")
        tagged("fax", binned=True)
        monkeypatch.setattr(counts, "COUNTED", 1)

        page = as_ada.get(f"/admin/tags?sort={sort}")

        assert set(re.findall(r'q=tag:(\w+)">([\d+]+)<', page.html)) == {("fax", "1"), ("printer", "1+")}
        assert 'Tags <span class="count">1+</span>' in page.html

    def test_sorted_by_usage_both_ways(self, as_ada, tagged):
        tagged("printer", "fax", "scanner")
        tagged("printer", "scanner")
        tagged("printer")

        assert names(as_ada.get("/admin/tags?sort=usage")) == ["printer", "scanner", "fax"]
        assert names(as_ada.get("/admin/tags?sort=-usage")) == ["fax", "scanner", "printer"]
        assert names(as_ada.get("/admin/tags?sort=nonsense")) == ["fax", "printer", "scanner"]

    def test_searched_in_name_and_description(self, as_ada, acting, tagged):
        tagged("printer", "fax")
        with acting("ada"):
            db.session.scalars(select(Tag).where(Tag.name == "fax")).one().description = "Machines of old"

        assert names(as_ada.get("/admin/tags?q=OLD")) == ["fax"]
        assert "No tag matches “zebra”" in as_ada.get("/admin/tags?q=zebra").text

    def test_empty_it_says_where_tags_come_from(self, as_ada):
        assert "No tags yet" in as_ada.get("/admin/tags").text

    @pytest.mark.parametrize("sort", ["name", "usage"])
    def test_pages_follow_each_other_and_cost_the_same(self, as_ada, cold, acting, sort):
        one = cold(as_ada)
        with acting("ada"):
            db.session.add(Tag(name="tag-00"))
        with counted_statements() as few:
            one.get(f"/admin/tags?sort={sort}")
        with acting("ada"):
            db.session.add_all(Tag(name=f"tag-{number:02}") for number in range(1, 60))
        cold(as_ada)
        with counted_statements() as many:
            page = as_ada.get(f"/admin/tags?sort={sort}")

        assert len(few) == len(many) <= CEILING
        assert len(names(page)) == 50
        (following,) = re.findall(r'href="(/admin/tags\?[^"]*after=[^"]+)"', page.html)
        assert names(as_ada.get(following.replace("&amp;", "&"))) == [
            f"tag-{number}" for number in range(50, 60)
        ]


class TestDeeds:
    def test_a_tag_is_made(self, as_ada, tag_id):
        page = as_ada.post("/admin/tags", {"name": "Front Axle", "tone": "red", "description": "Recall"})

        assert page.status == 303
        assert tag_id("front-axle")
        assert "tone-red" in as_ada.get("/admin/tags").html

    @pytest.mark.parametrize(
        "name, sentence",
        [
            ("", "Give it a name."),
            ("a,b", "“a,b” cannot be a tag: use 1 to 40 letters, digits and hyphens."),
            ("Printer", "There is a tag “printer” already. Merge the two instead."),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(self, as_ada, tagged, name, sentence):
        tagged("printer")
        page = as_ada.post("/admin/tags", {"name": name, "tone": "red", "description": "Kept"})

        assert page.status == 422
        assert errors(page) == [sentence]
        assert 'value="Kept"' in page.html

    def test_renamed_and_coloured(self, as_ada, tagged, tag_id, on_tickets):
        tagged("printr")
        tag = tag_id("printr")

        page = as_ada.post(f"/admin/tags/{tag}", {"name": "printer", "tone": "green", "description": ""})

        assert page.location == f"/admin/tags/{tag}"
        assert on_tickets() == {"printer": 1}

    def test_merged_only_after_it_was_typed(self, as_ada, tagged, tag_id, on_tickets):
        tagged("print", "printer")
        tagged("print")
        tagged("print", binned=True)
        path = f"/admin/tags/{tag_id('print')}/merge"

        assert "There is no tag “nonsense”" in as_ada.get(f"{path}?into=nonsense").text
        assert "This is the same tag" in as_ada.get(f"{path}?into=Print").text
        preview = as_ada.get(f"{path}?into=printer")
        assert "3 tickets have “printer” instead, the bin included." in preview.text
        assert "1 of them has both now, and keeps one." in preview.text

        refused = as_ada.post(path, {"into": "printer", "typed": "printer"})
        assert refused.status == 422
        assert on_tickets() == {"print": 3, "printer": 1}

        done = as_ada.post(path, {"into": "printer", "typed": "Print"}, follow=True)
        assert "Merged: 3 tickets have “printer” now." in done.text
        assert on_tickets() == {"printer": 3}

    def test_deleted_only_after_it_was_typed(self, as_ada, tagged, tag_id, on_tickets):
        tagged("spam", "fax")
        path = f"/admin/tags/{tag_id('spam')}/deletion"

        assert "It is taken off 1 ticket, the bin included." in as_ada.get(f"{path}/new").text
        assert as_ada.post(path, {"typed": ""}).status == 422
        assert on_tickets() == {"fax": 1, "spam": 1}

        assert as_ada.post(path, {"typed": "spam"}).location == "/admin/tags"
        assert on_tickets() == {"fax": 1}


def test_every_word_is_translated(as_ada, pseudo, tagged, tag_id):
    tagged("qqq", "qqqq")
    tag = tag_id("qqq")
    for path in (
        "",
        "/new",
        f"/{tag}",
        f"/{tag}/merge",
        f"/{tag}/merge?into=qqqq",
        f"/{tag}/deletion/new",
        "?q=zzz",
    ):
        page = as_ada.get(f"/admin/tags{path}")
        assert page.status == 200, path
        assert untranslated(page.html) == [], path


class TestKeptNumbers:
    @pytest.fixture(autouse=True)
    def kept_for_a_while(self, app, monkeypatch):
        with app.app_context():
            config = replace(configuration(), counts_seconds=30)
            cache.clear()
        monkeypatch.setattr(tag_numbers, "configuration", lambda: config)
        yield
        with app.app_context():
            cache.clear()

    def test_the_order_is_that_of_numbers_whose_age_is_told_and_each_shown_is_of_now(self, as_ada, tagged):
        tagged("printer", "fax")
        tagged("printer")
        first = as_ada.get("/admin/tags?sort=usage")
        tagged("fax")
        tagged("fax")

        page = as_ada.get("/admin/tags?sort=usage")

        assert "Ordered by numbers counted" not in first.text
        assert "Ordered by numbers counted" in page.text
        assert re.findall(r'q=tag:(\w+)">([\d+]+)<', page.html) == [("printer", "2"), ("fax", "3")]

    def test_who_sees_fewer_tickets_has_an_order_of_their_own(self, as_ada, as_ana, permitted, tagged):
        tagged("fax")
        as_ada.get("/admin/tags?sort=usage")
        permitted("ana", Permission.MANAGE_DESK)

        page = as_ana.get("/admin/tags?sort=usage")

        assert names(page) == ["fax"]
        assert "Ordered by numbers counted" not in page.text

    def test_a_tag_made_meanwhile_is_among_them(self, as_ada, tagged):
        tagged("fax")
        as_ada.get("/admin/tags?sort=usage")
        tagged("printer")

        assert names(as_ada.get("/admin/tags?sort=usage")) == ["fax", "printer"]
