"""The block list: addresses and domains, added with a note, searched, taken off."""

import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.mail.models import BlockedSender, BlockKind
from tests.conftest import person_named
from tests.support.readable import untranslated
from tests.support.statements import counted_statements

CEILING = 7


@pytest.fixture
def on_the_list(acting):
    def look():
        with acting("ada"):
            rows = db.session.execute(select(BlockedSender.kind, BlockedSender.value, BlockedSender.note))
            return sorted((row.kind.value, row.value, row.note) for row in rows)

    return look


@pytest.fixture
def blocked(acting):
    """`blocked("a@spam.example", …)`."""

    def put(*values):
        with acting("ada"):
            ada = person_named("ada")
            rows = [
                BlockedSender(kind=BlockKind.ADDRESS, value=each, created_by_id=ada.id) for each in values
            ]
            db.session.add_all(rows)
            db.session.flush()
            return [row.id for row in rows]

    return put


def shown(page):
    return re.findall(r"<b><bdi>([^<]+)</bdi></b>", page.html)


@pytest.mark.parametrize("path", ["", "/new"])
def test_agents_may_not_look(as_ana, path):
    assert as_ana.get(f"/admin/blocked{path}").status == 403


def test_nor_block_nor_unblock(as_ana, blocked, on_the_list):
    (number,) = blocked("a@spam.example")
    assert as_ana.post("/admin/blocked", {"value": "b@spam.example"}).status == 403
    assert as_ana.post(f"/admin/blocked/{number}/removal").status == 403
    assert len(on_the_list()) == 1


def test_who_may_manage_the_desk_may(permitted, as_ana):
    permitted("ana", Permission.MANAGE_DESK)
    assert as_ana.get("/admin/blocked").status == 200


@pytest.mark.parametrize(
    "typed, row",
    [
        ("Bad@Spam.example", ("address", "bad@spam.example", "why")),
        ("Spam.example", ("domain", "spam.example", "why")),
        ("@spam.example", ("domain", "spam.example", "why")),
    ],
)
def test_an_address_or_a_domain_as_it_is_typed(as_ada, on_the_list, typed, row):
    assert as_ada.post("/admin/blocked", {"value": typed, "note": "why"}).location == "/admin/blocked"
    assert on_the_list() == [row]


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ("", "Type an address or a domain."),
        ("a b c", "cannot be blocked"),
        ("ana@desk.example", "belongs to somebody who works here"),
        ("gmail.com", "Anybody can have an address at gmail.com"),
    ],
)
def test_what_nobody_can_mean_is_refused_with_what_was_typed(as_ada, on_the_list, typed, sentence):
    page = as_ada.post("/admin/blocked", {"value": typed, "note": "kept"})

    assert page.status == 422
    assert sentence in page.text
    assert 'value="kept"' in page.html
    assert on_the_list() == []


def test_taken_off_it_is_let_in_again(as_ada, blocked, on_the_list):
    (number,) = blocked("a@spam.example")

    assert as_ada.post(f"/admin/blocked/{number}/removal").location == "/admin/blocked"
    assert on_the_list() == []
    assert as_ada.post(f"/admin/blocked/{number}/removal").status == 404


def test_searched_sorted_and_empty(as_ada, blocked):
    assert "Nobody is blocked" in as_ada.get("/admin/blocked").text
    blocked("b@spam.example", "a@other.example")

    assert shown(as_ada.get("/admin/blocked")) == ["a@other.example", "b@spam.example"]
    assert shown(as_ada.get("/admin/blocked?sort=-value")) == ["b@spam.example", "a@other.example"]
    assert shown(as_ada.get("/admin/blocked?q=other")) == ["a@other.example"]
    assert "Nobody matches “zebra”" in as_ada.get("/admin/blocked?q=zebra").text


def test_it_costs_the_same_for_few_and_for_many(as_ada, cold, blocked):
    blocked("first@spam.example")
    cold(as_ada)
    with counted_statements() as few:
        as_ada.get("/admin/blocked")
    blocked(*(f"spam-{number:02}@spam.example" for number in range(54)))
    cold(as_ada)
    with counted_statements() as many:
        page = as_ada.get("/admin/blocked")

    assert len(few) == len(many) <= CEILING
    assert len(shown(page)) == 50
    (following,) = re.findall(r'href="(/admin/blocked\?[^"]*after=[^"]+)"', page.html)
    assert len(shown(as_ada.get(following.replace("&amp;", "&")))) == 5


def test_every_word_is_translated(as_ada, pseudo, blocked):
    blocked("qqq@qqq.example")
    for path in ("", "/new", "?q=zzz"):
        page = as_ada.get(f"/admin/blocked{path}")
        assert untranslated(page.html) == [], path
