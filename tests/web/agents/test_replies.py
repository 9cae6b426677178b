"""Replies and notes: written once, to whom they are meant, and never lost."""

import io
import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment, Comment, Ticket, TicketStatus
from helpdesk.tickets.operations import change_status, note, reply, resolve
from tests.support.at_once import at_once

OPEN, IN_PROGRESS, WAITING, RESOLVED, CLOSED = TicketStatus


def typed(page):
    """What stands in the composer."""
    return re.search(r'(?s)<textarea id="composer-content"[^>]*>(.*?)</textarea>', page.html).group(1)


def chosen_mode(page):
    return re.search(r'name="mode" value="(\w+)" checked', page.html).group(1)


def test_a_reply_waits_for_the_customer_and_leads_to_itself(as_ana, number, facts, messages):
    sent = as_ana.post(f"/agent/tickets/{number}/replies", {"content": "Use water."})

    assert (sent.status, sent.location) == (303, f"/agent/tickets/{number}#comment-2")
    assert 'id="comment-2"' in as_ana.get(f"/agent/tickets/{number}").html
    assert messages(number)[-1] == ("Use water.", False)
    assert facts(number, Ticket.status) is WAITING


def test_a_note_is_internal_and_changes_no_status(as_ana, number, facts, messages):
    sent = as_ana.post(f"/agent/tickets/{number}/notes", {"content": "It is really on fire.", "mode": "note"})

    assert (sent.status, sent.location) == (303, f"/agent/tickets/{number}#comment-2")
    assert messages(number)[-1] == ("It is really on fire.", True)
    assert facts(number, Ticket.status) is OPEN


@pytest.mark.parametrize("status", [IN_PROGRESS, RESOLVED, CLOSED, OPEN])
def test_a_reply_sets_the_status_it_was_sent_with(as_ana, number, facts, status):
    as_ana.post(f"/agent/tickets/{number}/replies", {"content": "Use water.", "status": status.value})

    assert facts(number, Ticket.status) is status


def test_a_reply_to_a_settled_ticket_leaves_it_settled_unless_told(as_ana, number, deed, facts):
    deed("ben", resolve, number)
    page = as_ana.get(f"/agent/tickets/{number}")
    offered = re.findall(r'name="status" value="(\w*)"', page.html)

    as_ana.post(f"/agent/tickets/{number}/replies", {"content": "By the way.", "status": ""})

    assert offered == ["", "closed", "open"]
    assert facts(number, Ticket.status) is RESOLVED


def test_files_come_with_a_reply(as_ana, number, acting):
    as_ana.post(
        f"/agent/tickets/{number}/replies",
        {"content": "The plan.", "files": [(io.BytesIO(b"one"), "one.txt"), (io.BytesIO(b"two"), "two.txt")]},
        content_type="multipart/form-data",
    )

    with acting("ada"):
        names = select(Attachment.filename).join(Attachment.comment).where(Comment.content == "The plan.")
        assert db.session.scalars(names.order_by(Attachment.id)).all() == ["one.txt", "two.txt"]


class TestRefused:
    @pytest.mark.parametrize("place", ["replies", "notes"])
    def test_nothing_written_is_said_in_the_composer(self, as_ana, number, place, messages):
        page = as_ana.post(f"/agent/tickets/{number}/{place}", {"content": " \n "})

        assert page.status == 422
        assert "Write something first." in page.text
        assert len(messages(number)) == 1

    def test_a_text_that_is_too_long_is_kept(self, as_ana, number):
        page = as_ana.post(f"/agent/tickets/{number}/replies", {"content": "<long>" + "x" * 100_000})

        assert page.status == 422
        assert "Attach it as a file instead." in page.text
        assert typed(page).startswith("&lt;long&gt;xxx")

    def test_a_text_of_invisible_characters_alone_is_nothing(self, as_ana, number, messages):
        page = as_ana.post(f"/agent/tickets/{number}/notes", {"content": "\x00\x00", "mode": "note"})

        assert page.status == 422
        assert "Write something first." in page.text
        assert chosen_mode(page) == "note"
        assert len(messages(number)) == 1

    def test_too_many_files_keep_the_text_and_ask_for_the_files_again(self, as_ana, number, messages):
        files = [(io.BytesIO(b"x"), f"{each}.txt") for each in range(11)]

        page = as_ana.post(
            f"/agent/tickets/{number}/replies",
            {"content": "All of them.", "files": files},
            content_type="multipart/form-data",
        )

        assert page.status == 422
        assert "Choose 10 files at most. Your text is kept; choose the files again." in page.text
        assert typed(page) == "All of them."
        assert len(messages(number)) == 1

    def test_a_move_that_became_impossible_sends_nothing_and_keeps_the_text(
        self, as_ana, number, deed, messages, facts
    ):
        deed("ben", change_status, number, to=CLOSED)

        page = as_ana.post(
            f"/agent/tickets/{number}/replies", {"content": "Use water.", "status": "resolved"}
        )

        assert page.status == 409
        assert "This ticket is closed. Reopen it first" in page.text
        assert typed(page) == "Use water."
        assert "Use water." not in [content for content, _internal in messages(number)]
        assert page.html.count("<article") == 1
        assert facts(number, Ticket.status) is CLOSED

    def test_after_a_refusal_the_same_key_sends(self, as_ana, number, messages):
        key = str(uuid4())
        as_ana.post(f"/agent/tickets/{number}/replies", {"content": "\x00", "submission_key": key})

        sent = as_ana.post(
            f"/agent/tickets/{number}/replies", {"content": "Use water.", "submission_key": key}
        )

        assert sent.status == 303
        assert messages(number)[-1] == ("Use water.", False)

    def test_a_form_without_its_key_sends_nothing(self, as_ana, number, messages):
        page = as_ana.post(
            f"/agent/tickets/{number}/replies", {"content": "Use water.", "submission_key": "x"}
        )

        assert page.status == 422
        assert "Load the page again." in page.text
        assert len(messages(number)) == 1

    def test_an_unknown_status_sends_nothing(self, as_ana, number, messages):
        page = as_ana.post(f"/agent/tickets/{number}/replies", {"content": "Use water.", "status": "solved"})

        assert page.status == 422
        assert len(messages(number)) == 1

    def test_the_switch_at_note_never_sends_to_the_customer(self, as_ana, number, messages):
        page = as_ana.post(f"/agent/tickets/{number}/replies", {"content": "He is annoying.", "mode": "note"})

        assert page.status == 422
        assert "Nothing was sent" in page.text
        assert (typed(page), chosen_mode(page)) == ("He is annoying.", "note")
        assert len(messages(number)) == 1


class TestAtOnce:
    def test_a_double_click_writes_once(self, as_ana, number, messages):
        form = {"content": "Use water.", "submission_key": str(uuid4())}

        answers = [as_ana.post(f"/agent/tickets/{number}/replies", form) for _ in range(2)]

        assert [answer.location for answer in answers] == [f"/agent/tickets/{number}#comment-2"] * 2
        assert [content for content, _internal in messages(number)][1:] == ["Use water."]

    def test_the_same_form_ten_times_at_once_writes_once(self, real_desk):
        number = real_desk.ask()
        form = {"content": "Use water.", "submission_key": str(uuid4())}
        browsers = [real_desk.browser("ana") for _ in range(10)]

        answers = at_once(
            [lambda each=each: each.post(f"/agent/tickets/{number}/replies", form) for each in browsers]
        )

        assert {answer.location for answer in answers} == {f"/agent/tickets/{number}#comment-2"}
        assert real_desk.rows(select(Comment.content).order_by(Comment.id)) == [
            ("It burns.",),
            ("Use water.",),
        ]

    def test_replies_of_two_agents_at_once_are_both_there(self, real_desk):
        number = real_desk.ask()
        ana, ben = real_desk.browser("ana"), real_desk.browser("ben")

        answers = at_once(
            [
                lambda: ana.post(f"/agent/tickets/{number}/replies", {"content": "Ana's answer"}),
                lambda: ben.post(
                    f"/agent/tickets/{number}/replies", {"content": "Ben's answer", "status": "resolved"}
                ),
            ]
        )

        assert [answer.status for answer in answers] == [303, 303]
        written = real_desk.rows(select(Comment.content).where(~Comment.is_opening).order_by(Comment.content))
        assert written == [("Ana's answer",), ("Ben's answer",)]
        places = {answer.location for answer in answers}
        assert places == {f"/agent/tickets/{number}#comment-{place}" for place in (2, 3)}

    def test_a_note_and_a_reply_at_once_keep_their_readers(self, real_desk):
        number = real_desk.ask()
        ana, ben = real_desk.browser("ana"), real_desk.browser("ben")

        at_once(
            [
                lambda: ana.post(f"/agent/tickets/{number}/replies", {"content": "For Carl"}),
                lambda: ben.post(f"/agent/tickets/{number}/notes", {"content": "For us", "mode": "note"}),
            ]
        )

        written = (
            select(Comment.content, Comment.is_internal).where(~Comment.is_opening).order_by(Comment.content)
        )
        assert real_desk.rows(written) == [("For Carl", False), ("For us", True)]


class TestMeanwhile:
    def test_what_others_wrote_is_shown_first_and_everything_typed_is_kept(
        self, as_ana, number, deed, messages
    ):
        assert 'name="seen" value="1"' in as_ana.get(f"/agent/tickets/{number}").html
        deed("carl", reply, number, content="One more thing.")
        deed("ben", note, number, content="Careful.")

        page = as_ana.post(
            f"/agent/tickets/{number}/replies", {"content_html": "<div>Use <b>water</b>.</div>", "seen": "1"}
        )

        assert page.status == 409
        assert "2 messages came while you wrote. Read them, then send." in page.text
        assert 'href="#comment-2"' in page.html
        assert "Careful." in page.text
        assert typed(page) == "Use water."
        assert "&lt;b&gt;water&lt;/b&gt;" in page.html
        assert 'name="seen" value="3"' in page.html
        assert len(messages(number)) == 3

    def test_sent_again_from_that_page_it_goes_through_once(self, as_ana, number, deed, messages):
        deed("carl", reply, number, content="One more thing.")
        form = {"content": "Use water.", "submission_key": str(uuid4())}
        assert as_ana.post(f"/agent/tickets/{number}/replies", {**form, "seen": "1"}).status == 409

        answers = [as_ana.post(f"/agent/tickets/{number}/replies", {**form, "seen": "2"}) for _ in range(2)]

        assert [answer.location for answer in answers] == [f"/agent/tickets/{number}#comment-3"] * 2
        assert [content for content, _internal in messages(number)][1:] == ["One more thing.", "Use water."]

    def test_a_second_press_after_a_message_came_leads_to_the_first(self, as_ana, number, deed, messages):
        form = {"content": "Use water.", "submission_key": str(uuid4()), "seen": "1"}
        first = as_ana.post(f"/agent/tickets/{number}/replies", form)
        deed("carl", reply, number, content="One more thing.")

        assert as_ana.post(f"/agent/tickets/{number}/replies", form).location == first.location
        assert len(messages(number)) == 3

    def test_a_note_stops_too_and_ones_own_words_do_not(self, as_ana, number, deed):
        deed("ana", note, number, content="From another tab.")
        assert as_ana.post(f"/agent/tickets/{number}/notes", {"content": "x", "seen": "1"}).status == 303
        deed("ben", note, number, content="Careful.")

        page = as_ana.post(f"/agent/tickets/{number}/notes", {"content": "Ha.", "seen": "3", "mode": "note"})

        assert page.status == 409
        assert chosen_mode(page) == "note"
        assert "1 message came while you wrote. Read it, then send." in page.text


class TestFormatted:
    def test_what_the_editor_made_is_cleaned_and_its_words_are_the_text(self, as_ana, number, acting):
        as_ana.post(
            f"/agent/tickets/{number}/replies",
            {
                "content": "",
                "content_html": "<div onclick=x>Use <strong>water</strong>.<script>x</script></div>",
            },
        )

        with acting("ada"):
            sent = db.session.scalars(select(Comment).where(~Comment.is_opening)).one()
            assert (sent.content, sent.content_html) == (
                "Use water.",
                "<div>Use <strong>water</strong>.</div>",
            )

    @pytest.mark.parametrize(
        "html", ["<div><br></div>", "<div>&nbsp;</div>", '<img src="/files/AAAAAAAAAAAAAAAAAAAAAA">']
    )
    def test_format_without_words_is_nothing(self, as_ana, number, messages, html):
        page = as_ana.post(f"/agent/tickets/{number}/replies", {"content_html": html, "signature": "1"})

        assert page.status == 422
        assert "Write something first." in page.text
        assert len(messages(number)) == 1


class TestSignature:
    @pytest.fixture(autouse=True)
    def signed(self, acting):
        with acting("ana") as ana:
            ana.signature = "Ana\nTest desk"

    def test_it_stands_below_replies_where_the_writer_left_it(self, as_ana, number, messages):
        page = as_ana.get(f"/agent/tickets/{number}")
        assert "Ana\nTest desk" in page.html
        as_ana.post(f"/agent/tickets/{number}/replies", {"content": "Use water.", "signature": "1"})
        as_ana.post(f"/agent/tickets/{number}/replies", {"content": "And sand."})

        assert messages(number)[1:] == [("Use water.\n\nAna\nTest desk", False), ("And sand.", False)]

    def test_it_never_stands_below_notes(self, as_ana, number, messages):
        as_ana.post(f"/agent/tickets/{number}/notes", {"content": "Hm.", "signature": "1", "mode": "note"})

        assert messages(number)[-1] == ("Hm.", True)

    def test_it_is_no_draft(self, as_ana, number):
        saved = as_ana.post(f"/agent/tickets/{number}/draft", {"content": "", "signature": "1"})

        assert saved.response.get_json()["version"] == ""


class TestAfterwards:
    def test_it_is_remembered(self, as_ana, asked):
        first, second = asked(), asked()
        chosen = re.compile(r'name="after_send" value="(\w+)" checked')
        assert chosen.findall(as_ana.get(f"/agent/tickets/{first}").html) == ["stay"]

        as_ana.post(f"/agent/tickets/{first}/replies", {"content": "x", "after_send": "back"})

        assert chosen.findall(as_ana.get(f"/agent/tickets/{second}").html) == ["back"]

    @pytest.mark.parametrize(
        "chosen, place",
        [
            ("stay", "/agent/tickets/{0}?in=open&sort=number#comment-2"),
            ("next", "/agent/tickets/{1}?in=open&sort=number"),
            ("back", "/agent/queues/open?sort=number"),
        ],
    )
    def test_it_leads_there_along_the_list(self, as_ana, asked, chosen, place):
        second, first = asked(), asked()  # the newest number comes first

        sent = as_ana.post(
            f"/agent/tickets/{first}/replies?in=open&sort=number", {"content": "x", "after_send": chosen}
        )

        assert sent.location == place.format(first, second)

    def test_after_the_last_one_comes_the_list(self, as_ana, number):
        sent = as_ana.post(f"/agent/tickets/{number}/notes?in=open", {"content": "x", "after_send": "next"})

        assert sent.location == "/agent/queues/open"

    def test_an_unknown_wish_sends_nothing(self, as_ana, number, messages):
        page = as_ana.post(f"/agent/tickets/{number}/replies", {"content": "x", "after_send": "away"})

        assert page.status == 422
        assert len(messages(number)) == 1


def test_files_ahead_and_along_keep_the_limit_together(as_ana, number, messages):
    ahead = [
        as_ana.post(
            f"/agent/tickets/{number}/uploads",
            {"file": (io.BytesIO(b"x"), f"{each}.txt")},
            content_type="multipart/form-data",
        ).response.get_json()["id"]
        for each in range(6)
    ]
    along = [(io.BytesIO(b"x"), f"along-{each}.txt") for each in range(5)]

    page = as_ana.post(
        f"/agent/tickets/{number}/replies",
        {"content": "All of them.", "staged": ahead, "files": along},
        content_type="multipart/form-data",
    )

    assert page.status == 413
    assert "Choose 10 files at most." in page.text
    assert typed(page) == "All of them."
    assert len(messages(number)) == 1
