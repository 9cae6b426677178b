"""The bin: what lies in it, taken out again, or removed for good by the worker once the number was typed."""

import re

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AuditLog
from helpdesk.background.tables import queued
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core.db import db
from helpdesk.tickets.models import Purge, Ticket
from helpdesk.tickets.operations import delete, open_ticket, reply
from tests.conftest import person_named
from tests.support.readable import untranslated
from tests.support.real_desk import RealDesk
from tests.support.statements import counted_statements

CEILING = 8
"""One of them counts the search."""


@pytest.fixture
def binned(acting):
    """`binned("One", "Two")` deletes tickets of Carl's with these titles; their numbers."""

    def put(*titles, by="ana", requester="carl"):
        with acting(requester) as person:
            tickets = [
                open_ticket(requester=person, by=person, title=title, description="d") for title in titles
            ]
            numbers = [ticket.ticket_number for ticket in tickets]
        for number in numbers:
            with acting(by) as person:
                delete(ticket_of(number), by=person)
        return numbers

    return put


def ticket_of(number):
    return db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()


@pytest.fixture
def left(acting):
    """The titles that are in the bin, and those that are not."""

    def look():
        with acting("ada"):
            found = db.session.execute(select(Ticket.title, Ticket.deleted_at).order_by(Ticket.id)).all()
        return [title for title, at in found if at], [title for title, at in found if not at]

    return look


def titles(page):
    return re.findall(r'<td class="what"><b dir="auto">([^<]*)</b>', page.html)


class TestRights:
    @pytest.mark.parametrize("path", ["", "/purges/new?all=1", "/purges/1"])
    @pytest.mark.parametrize(
        "permissions",
        [(), (Permission.DELETE_TICKETS,), (Permission.MANAGE_DESK, Permission.SEE_EVERY_TICKET)],
    )
    def test_whoever_may_not_manage_the_desk_and_delete_does_not_get_in(
        self, as_ana, permitted, binned, path, permissions
    ):
        binned("Gone")
        permitted("ana", *permissions)

        assert as_ana.get(f"/admin/bin{path}").status == 403

    @pytest.mark.parametrize("deed", ["restorations", "purges"])
    def test_nor_do_they_do_anything(self, as_ana, binned, left, deed):
        (number,) = binned("Gone")

        assert as_ana.post(f"/admin/bin/{deed}", {"number": number, "typed": "1"}).status == 403
        assert left() == (["Gone"], [])

    def test_customers_find_no_such_page(self, as_carl):
        assert as_carl.get("/admin/bin").status == 404
        assert as_carl.post("/admin/bin/purges", {"all": "1", "typed": "0"}).status == 404

    def test_tickets_one_may_not_see_are_not_there(self, as_ana, permitted, binned, left):
        (number,) = binned("Gone")
        permitted("ana", Permission.DELETE_TICKETS, Permission.MANAGE_DESK)

        assert titles(as_ana.get("/admin/bin")) == []
        as_ana.post("/admin/bin/restorations", {"number": number})
        as_ana.post("/admin/bin/purges", {"number": number, "typed": "1"})
        assert left() == (["Gone"], [])


class TestList:
    def test_the_last_deleted_first_with_who_did_it(self, as_ada, binned):
        binned("Old", by="ana")
        binned("New", by="ben")

        page = as_ada.get("/admin/bin")

        assert titles(page) == ["New", "Old"]
        assert "by Ben Brown" in page.text
        assert "by Ana Agent" in page.text
        assert re.search(r'<h1>Bin\s*<span class="count">2</span>', page.html)

    def test_what_went_in_without_a_trace_says_so(self, as_ada, acting, binned):
        binned("Gone")
        with acting("ada"):
            db.session.connection().exec_driver_sql("set local role helpdesk_owner")
            db.session.connection().exec_driver_sql("delete from audit_logs")
            db.session.connection().exec_driver_sql("set local role helpdesk_app")

        assert "unknown by whom" in as_ada.get("/admin/bin").text

    @pytest.mark.parametrize(
        "spelled", ["{number}", "%23{number}", "{lower}", "print", "PRINT fire", "cora", "cora%40"]
    )
    def test_search_by_number_title_and_requester(self, as_ada, binned, spelled):
        binned("Lamp")
        (number,) = binned("Printer on fire", requester="cora")

        page = as_ada.get(f"/admin/bin?q={spelled.format(number=number, lower=number.lower())}")

        assert titles(page) == ["Printer on fire"]
        assert "1 found" in page.text

    def test_signs_of_patterns_are_letters(self, as_ada, binned):
        binned("Gone")

        assert titles(as_ada.get("/admin/bin?q=%25")) == []

    @pytest.mark.parametrize(
        "sort, order",
        [
            ("", ["a", "C", "b"]),
            ("-deleted", ["b", "C", "a"]),
            ("number", ["b", "C", "a"]),
            ("-number", ["a", "C", "b"]),
            ("title", ["a", "b", "C"]),
            ("-title", ["C", "b", "a"]),
            ("requester", ["b", "a", "C"]),
            ("nonsense", ["a", "C", "b"]),
        ],
    )
    def test_sorted_by_what_was_asked_for(self, as_ada, binned, sort, order):
        binned("b")
        binned("C", requester="cora")
        binned("a")

        assert titles(as_ada.get(f"/admin/bin?sort={sort}")) == order

    def test_a_head_asked_twice_turns_round(self, as_ada, binned):
        binned("b")
        page = as_ada.get("/admin/bin?sort=title&q=b")

        assert 'aria-sort="ascending"' in page.html
        assert 'href="/admin/bin?q=b&amp;sort=-title"' in page.html
        assert 'href="/admin/bin?q=b"' in page.html  # the order it comes in by itself

    @pytest.mark.parametrize("sort", ["", "number", "-title", "requester"])
    def test_pages_follow_each_other_without_gaps(self, as_ada, binned, sort):
        numbers = binned(*(f"Number {number % 7}" for number in range(60)))
        first = as_ada.get(f"/admin/bin?sort={sort}")
        (more,) = re.findall(r'href="(/admin/bin\?[^"]*after=[^"]+)"', first.html)
        second = as_ada.get(more.replace("&amp;", "&"))

        found = [re.findall(r'<tr class="ticket" id="([^"]+)"', page.html) for page in (first, second)]
        assert sorted(found[0] + found[1]) == sorted(numbers)

    def test_an_empty_bin_and_an_empty_search_say_so(self, as_ada, binned):
        assert "The bin is empty" in as_ada.get("/admin/bin").text
        binned("Gone")
        assert "Nothing like that is in the bin" in as_ada.get("/admin/bin?q=zebra").text

    @pytest.mark.parametrize("rows", [1, 50])
    def test_it_costs_the_same_for_few_and_for_many(self, as_ada, binned, cold, rows):
        binned(*(f"Number {number}" for number in range(rows)))
        browser = cold(as_ada)
        with counted_statements() as statements:
            page = browser.get("/admin/bin?q=number")

        assert len(titles(page)) == rows
        assert len(statements) <= CEILING

    def test_nor_do_the_question_and_the_progress(self, as_ada, binned, cold):
        binned(*(f"Number {number}" for number in range(50)))
        shown = as_ada.post("/admin/bin/purges", {"all": "1", "typed": "50"}).location
        for path in ("/admin/bin/purges/new?all=1", shown):
            browser = cold(as_ada)
            with counted_statements() as statements:
                assert browser.get(path).status == 200
            assert len(statements) <= CEILING

    def test_what_people_wrote_is_text_not_markup(self, as_ada, binned):
        binned("<script>alert(1)</script>")

        for path in ("", "/purges/new?all=1"):
            assert "<script>alert(1)" not in as_ada.get(f"/admin/bin{path}").html


class TestRestoring:
    def test_those_that_were_ticked_and_no_others(self, as_ada, binned, left):
        one, two, _three = binned("One", "Two", "Three")

        page = as_ada.post("/admin/bin/restorations", {"number": [one, two]}, follow=True)

        assert "2 tickets are back, as they were." in page.text
        assert left() == (["Three"], ["One", "Two"])

    def test_all_that_a_search_finds(self, as_ada, binned, left):
        binned("One lamp", "Two lamps", "Three chairs")

        page = as_ada.post("/admin/bin/restorations", {"all": "1", "q": "lamp"})

        assert page.location == "/admin/bin?q=lamp"
        assert left() == (["Three chairs"], ["One lamp", "Two lamps"])

    def test_each_is_told_to_the_audit_trail(self, as_ada, binned):
        (number,) = binned("One")
        as_ada.post("/admin/bin/restorations", {"number": number})

        assert (
            "Ada Admin took it out of the bin"
            in as_ada.get(f"/admin/audit?kind=tickets&object={number}").text
        )

    def test_the_second_is_told_that_somebody_was_faster(self, as_ada, binned):
        (number,) = binned("One")
        as_ada.post("/admin/bin/restorations", {"number": number})

        page = as_ada.post("/admin/bin/restorations", {"number": number}, follow=True)
        assert "somebody was faster" in page.text
        assert "Tick tickets first" in as_ada.post("/admin/bin/restorations", {}, follow=True).text


class TestPurging:
    def test_first_it_says_what_would_go(self, as_ada, acting, binned, left):
        (number,) = binned("One")
        with acting("ana") as ana:
            reply(ticket_of(number), by=ana, content="Answer")
        binned("Two")

        page = as_ada.get("/admin/bin/purges/new?all=1")

        for words in (
            "Remove 2 tickets for good?",
            "3 messages and notes",
            "0 files",
            "Everything in the bin",
        ):
            assert words in page.text
        assert left() == (["One", "Two"], [])

    @pytest.mark.parametrize("typed", ["", "1", "3", "two", "-2"])
    def test_without_the_right_number_nothing_happens(self, as_ada, acting, binned, left, typed):
        binned("One", "Two")

        page = as_ada.post("/admin/bin/purges", {"all": "1", "typed": typed})

        assert page.status == 422
        assert "Nothing was done: type 2." in page.text
        assert 'name="all" value="1"' in page.html
        with acting("ada"):
            assert db.session.scalars(select(Purge)).all() == []
            assert db.session.scalar(select(func.count()).where(queued.c.task_name == "tickets.purge")) == 0

    def test_the_number_is_that_of_now_not_of_then(self, as_ada, binned):
        one, _two = binned("One", "Two")
        as_ada.post("/admin/bin/restorations", {"number": one})

        assert as_ada.post("/admin/bin/purges", {"all": "1", "typed": "2"}).status == 422

    def test_confirmed_it_waits_for_the_worker_and_is_told(self, as_ada, acting, binned):
        one, _two = binned("One", "Two")

        page = as_ada.post("/admin/bin/purges", {"number": one, "typed": "1"}, follow=True)

        assert "Removal from the bin" in page.text
        assert "0 of 1" in page.text
        assert "No worker is running." in page.text
        with acting("ada"):
            asked = db.session.scalars(select(Purge)).one()
            assert asked.ticket_ids == [ticket_of(one).id]
            row = db.session.scalars(select(AuditLog).where(AuditLog.table_name == "purges")).one()
            assert row.user_id == person_named("ada").id
        assert "Ada Admin confirmed that 1 ticket of the bin goes for good" in as_ada.get("/admin/audit").text

    def test_nothing_chosen_or_nothing_left_leads_back(self, as_ada, binned):
        (number,) = binned("One")
        as_ada.post("/admin/bin/restorations", {"number": number})

        assert as_ada.get("/admin/bin/purges/new").location == "/admin/bin"
        assert "Nothing to remove" in as_ada.get(f"/admin/bin/purges/new?number={number}").text
        page = as_ada.post("/admin/bin/purges", {"number": number, "typed": "0"}, follow=True)
        assert "somebody was faster" in page.text

    @pytest.mark.parametrize("nothing", ["0", "999999", "99999999999999999999", "x"])
    def test_there_is_no_such_purge(self, as_ada, nothing):
        assert as_ada.get(f"/admin/bin/purges/{nothing}").status == 404


def test_the_worker_removes_them_and_the_page_keeps_what_went(own_app):
    desk = RealDesk(own_app)
    numbers = [desk.ask(title) for title in ("One", "Two", "Three")]
    ada = desk.browser("ada")
    with desk.doing("ana") as ana:
        for number in numbers:
            delete(ticket_of(number), by=ana)
    shown = ada.post("/admin/bin/purges", {"number": numbers[:2], "typed": "2"}).location
    ada.post("/admin/bin/restorations", {"number": numbers[1]})

    run_waiting_jobs(own_app)

    page = ada.get(shown)
    for words in ("1 ticket removed for good", "Done", "1 of 2", "1 left the bin before its turn and stays."):
        assert words in page.text
    assert "hx-get" not in page.html.split('id="purge"')[1]
    assert titles(ada.get("/admin/bin")) == ["Three"]
    assert "Removed for good lately" in ada.get("/admin/bin").text
    assert desk.rows(select(Ticket.ticket_number).order_by(Ticket.id)) == [(numbers[1],), (numbers[2],)]
    assert f"removed {numbers[0]} for good" in ada.get("/admin/audit?action=purge").text


def test_every_word_is_translated(pseudo, as_ada, binned):
    numbers = binned("One", "Two")

    for path in ("", "?q=zebra", "/purges/new?all=1", f"/purges/new?number={numbers[0]}"):
        assert untranslated(as_ada.get(f"/admin/bin{path}").html) == [], path
    refused = as_ada.post("/admin/bin/purges", {"all": "1", "typed": "7"})
    assert untranslated(refused.html) == []
    assert untranslated(as_ada.post("/admin/bin/purges", {"all": "1", "typed": "2"}, follow=True).html) == []
    assert untranslated(as_ada.get("/admin/bin").html) == []
