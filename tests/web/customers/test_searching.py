"""Searching and sorting one's own requests, and which of them are new."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, ticket_reads
from helpdesk.tickets.operations import add_participant, note, reply, resolve
from helpdesk.tickets.operations.attaching import Upload
from tests.conftest import person_named
from tests.web.customers.conftest import ticket_numbered
from tests.web.customers.test_tickets import titles

CANARY = "xylophone"


def unread(page):
    return re.findall(r'(?s)<li class="unread">.*?class="subject"[^>]*>([^<]+)<', page.html)


class TestSearch:
    @pytest.mark.parametrize(
        "words",
        [
            "printer",
            "PRINT",
            "fire printer",
            "Etage",
            "étage sécher",
            "“printer”",
            "prin'ter",
            "printer & ! | fire",
        ],
    )
    def test_title_and_public_words_are_found_by_how_they_begin(self, as_carl, asked, answered, words):
        number = asked("carl", "The printer is on fire", "It prin'ter burns.")
        answered(number, "Sur quel étage ? Laissez sécher.")
        asked("carl", "Something else", "Nothing of that.")

        page = as_carl.get("/portal/tickets", query_string={"q": words})

        assert titles(page) == ["The printer is on fire"]
        assert "All 1 Open 1 Solved 0" in page.text

    def test_the_number_is_found(self, as_carl, asked):
        number = asked("carl", "By number")
        asked("carl", "Another")

        assert titles(as_carl.get(f"/portal/tickets?q={number.lower()}")) == ["By number"]

    def test_solved_ones_are_found_with_open_ones_and_each_alone(self, as_carl, asked, deed):
        asked("carl", "Printer one")
        deed("ana", resolve, asked("carl", "Printer two"))

        assert titles(as_carl.get("/portal/tickets?q=printer")) == ["Printer two", "Printer one"]
        assert titles(as_carl.get("/portal/tickets?q=printer&show=open")) == ["Printer one"]
        assert titles(as_carl.get("/portal/tickets?q=printer&show=solved")) == ["Printer two"]

    def test_internal_notes_and_what_is_held_back_are_never_found(
        self, as_carl, asked, deed, answered, acting
    ):
        number = asked("carl")
        deed("ana", note, number, content=f"He plays the {CANARY}.")
        answered(number, f"Buy a {CANARY}.")
        with acting("ana"):
            held = select(Comment).where(Comment.content == f"Buy a {CANARY}.")
            db.session.scalars(held).one().published_at = None

        page = as_carl.get(f"/portal/tickets?q={CANARY}")

        assert titles(page) == []
        assert "Nothing with these words" in page.text

    def test_names_of_files_are_found_where_the_message_is_public(self, as_carl, asked, deed):
        number = asked("carl", "Music")
        scan = Upload("my_scan.txt", io.BytesIO(b"A tuba"))
        deed("carl", reply, number, content="See", uploads=[scan])
        deed("ana", note, number, content="Hm", uploads=[Upload("secret.txt", io.BytesIO(b"A tuba"))])

        assert titles(as_carl.get("/portal/tickets?q=scan")) == ["Music"]
        assert titles(as_carl.get("/portal/tickets?q=secret")) == []

    def test_many_requests_are_searched_by_the_indexes_and_none_of_others(self, as_carl, asked):
        for number in range(202):
            asked("carl", f"Printer {number}")
        asked("carl", "Something else", f"My {CANARY} is out of tune.")
        asked("olga", f"A {CANARY} of a stranger")

        assert titles(as_carl.get(f"/portal/tickets?q={CANARY}")) == ["Something else"]
        assert "All 202" in as_carl.get("/portal/tickets?q=printer").text

    def test_requests_of_others_are_never_found(self, as_carl, asked):
        asked("olga", "Printer of a stranger")
        asked("cora", "Printer of a colleague")

        assert titles(as_carl.get("/portal/tickets?q=printer")) == []

    def test_the_message_with_the_words_is_shown_with_the_words_marked(self, as_carl, asked, answered):
        number = asked("carl", "The printer", "Its tóner leaks <b>since</b> Monday.")
        answered(number, "We look into it.")

        page = as_carl.get("/portal/tickets?q=toner leak")
        both = as_carl.get("/portal/tickets?q=printer")

        assert "You: Its tóner leaks <b>since</b> Monday." in page.text
        assert re.findall("<mark>([^<]*)</mark>", page.html) == ["tóner", "leaks"]
        assert re.findall("<mark>([^<]*)</mark>", both.html) == ["printer"]
        assert "We look into it." in both.text
        assert "<b>since" not in page.html
        assert "<mark>" not in as_carl.get("/portal/tickets").html

    def test_words_of_a_note_and_of_what_is_held_back_are_never_shown(
        self, as_carl, asked, deed, answered, acting
    ):
        number = asked("carl", "The printer", "It plays music.")
        deed("ana", note, number, content=f"His printer is a {CANARY}.")
        answered(number, f"Your printer is a {CANARY}.")
        with acting("ana"):
            held = select(Comment).where(Comment.content == f"Your printer is a {CANARY}.")
            db.session.scalars(held).one().published_at = None

        for words in ("printer", f"printer {CANARY}", "printer plays"):
            shown = as_carl.get("/portal/tickets", query_string={"q": words})
            assert titles(shown) == ([] if CANARY in words else ["The printer"])
            assert f"a {CANARY}" not in shown.text

    @pytest.mark.parametrize("words", ["…", "'", "\\", "a" * 3000, "% _", "<b>", " ".join("abcdefghijk")])
    def test_whatever_is_typed_gets_an_answer(self, as_carl, asked, words):
        asked("carl", "A question")

        assert as_carl.get("/portal/tickets", query_string={"q": words}).status == 200


class TestSorting:
    def test_the_oldest_come_first_where_that_is_asked_for(self, as_carl, asked):
        for minute in range(27):
            with clock.freeze(clock.now() - timedelta(minutes=minute)):
                asked("carl", f"Request {minute}")

        first = as_carl.get("/portal/tickets?sort=oldest")
        following = re.search(r'href="([^"]+after=[^"]+)"', first.html)[1].replace("&amp;", "&")

        assert titles(first) + titles(as_carl.get(following)) == [f"Request {n}" for n in reversed(range(27))]
        assert "Show the latest first" in first.text


class TestUnread:
    def test_an_answer_is_new_until_the_page_was_opened(self, as_carl, asked, answered):
        number = asked("carl", "The printer")
        assert unread(as_carl.get("/portal/tickets")) == []

        answered(number)
        assert unread(as_carl.get("/portal/tickets")) == ["The printer"]

        as_carl.get(f"/portal/tickets/{number}")
        assert unread(as_carl.get("/portal/tickets")) == []

        answered(number, "One thing more.")
        assert unread(as_carl.get("/portal/tickets")) == ["The printer"]

    def test_a_page_fetched_ahead_is_not_read(self, as_carl, asked, answered):
        number = asked("carl", "The printer")
        answered(number)

        as_carl.get(f"/portal/tickets/{number}", headers={"Sec-Purpose": "prefetch"})

        assert unread(as_carl.get("/portal/tickets")) == ["The printer"]

    def test_a_note_makes_nothing_new(self, as_carl, asked, answered, deed, acting):
        number = asked("carl")
        answered(number)
        as_carl.get(f"/portal/tickets/{number}")

        deed("ana", note, number, content="He is impatient.")
        page = as_carl.get("/portal/tickets")
        as_carl.get(f"/portal/tickets/{number}")

        assert unread(page) == []
        with acting("carl") as carl:  # nor does the mark tell when it was written
            seen = select(ticket_reads.c.seen_at).where(ticket_reads.c.user_id == carl.id)
            assert db.session.scalar(seen) == ticket_numbered(number).last_public_at

    def test_each_has_marks_of_their_own(self, as_carl, as_olga, asked, deed, acting):
        number = asked("carl", "Ours")
        with acting("ana") as ana:
            add_participant(ticket_numbered(number), person=person_named("olga"), by=ana)
        deed("olga", reply, number, content="I saw it too.")

        as_olga.get(f"/portal/tickets/{number}")

        assert unread(as_carl.get("/portal/tickets")) == ["Ours"]
        assert unread(as_olga.get("/portal/tickets")) == []

    def test_once_it_is_read_the_page_costs_three_statements_less(self, as_carl, asked, answered):
        from tests.support.statements import counted_statements

        number = asked("carl")
        answered(number)
        as_carl.get(f"/portal/tickets/{number}")

        with counted_statements() as seen:
            as_carl.get(f"/portal/tickets/{number}")

        assert len(seen) == 5, seen  # role, session, switch, ticket, letters
