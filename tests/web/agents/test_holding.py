"""Undo and send later on the pages: what waits is nobody's but staff's, and nothing of it is lost."""

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from helpdesk.mail.models import MailPurpose, OutboxMessage
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets import jobs
from helpdesk.tickets.models import Attachment, Comment, Draft, HeldComment, StagedFile, Ticket, TicketStatus
from tests.support.at_once import at_once
from tests.support.browser import Browser, Seen
from tests.support.real_desk import RealDesk

Acting = Callable[..., AbstractContextManager[Any]]
WORDS = "Use water, not petrol."


@pytest.fixture(autouse=True)
def ten_seconds(acting: Acting) -> None:
    with acting("ada"):
        change_settings(undo_send_seconds=10)


@pytest.fixture
def rows(acting: Acting) -> Callable[..., list[Any]]:
    def found(*columns: Any) -> list[Any]:
        with acting("ada"):
            return [tuple(row) for row in db.session.execute(select(*columns))]

    return found


def send(browser: Browser, number: str, **fields: Any) -> Seen:
    return browser.post(f"/agent/tickets/{number}/replies", {"content": WORDS, **fields})


def held_id(page: Seen) -> str:
    found = re.search(r"/held/([\w-]+)/withdrawal", page.html)
    assert found
    return found.group(1)


def typed(page: Seen) -> str:
    found = re.search(r'(?s)<textarea id="composer-content"[^>]*>(.*?)</textarea>', page.html)
    assert found
    return found.group(1)


def test_an_answer_waits_and_says_for_how_long(as_ana: Browser, number: str, facts: Any, rows: Any) -> None:
    sent = send(as_ana, number)
    page = as_ana.get(f"/agent/tickets/{number}")

    assert sent.location == f"/agent/tickets/{number}#held-{held_id(page)}"
    assert re.search(r"Sending in (10|9|8) s Undo Send now", page.text)
    assert facts(number, Ticket.status) is TicketStatus.OPEN
    assert rows(Comment.published_at)[-1] == (None,)


def test_undo_gives_everything_back(as_ana: Browser, number: str, rows: Any) -> None:
    send(
        as_ana,
        number,
        recipients="1",
        to="carl@customer.example",
        cc_typed="new@customer.example",
        files=[(io.BytesIO(b"one"), "one.txt")],
    )
    waiting = as_ana.get(f"/agent/tickets/{number}")

    undone = as_ana.post(f"/agent/tickets/{number}/held/{held_id(waiting)}/withdrawal", follow=True)

    assert "Not sent. Your text is back in the composer." in undone.text
    assert (typed(undone), "one.txt" in undone.text) == (WORDS, True)
    assert re.findall(r'name="(\w+)" value="([^"]+@[^"]+)" checked', undone.html) == [
        ("to", "carl@customer.example"),
        ("cc", "new@customer.example"),
    ]
    assert (len(rows(Comment.id)), rows(StagedFile.filename)) == (1, [("one.txt",)])


def test_the_bar_follows_to_other_pages_and_works_there(as_ana: Browser, number: str) -> None:
    waiting = held_id(as_ana.get(f"{send(as_ana, number).location}"))
    elsewhere = as_ana.get("/agent/queues/mine")
    assert re.search(rf"{number} Sending in \d+ s Undo Send now", elsewhere.text)
    assert f"/agent/tickets/{number}/held/{waiting}/withdrawal" in elsewhere.html

    as_ana.post(f"/agent/tickets/{number}/held/{waiting}/withdrawal")

    assert "Sending in" not in as_ana.get("/agent/queues/mine").text


def test_the_bar_leaves_by_itself_and_is_nobody_elses(as_ana: Browser, as_ben: Browser, number: str) -> None:
    send(as_ana, number)
    assert "Sending in" not in as_ben.get("/agent/queues/mine").text

    with clock.freeze(clock.now() + timedelta(seconds=11)):
        assert "Sending in" not in as_ana.get("/agent/queues/mine").text


def test_send_now_publishes_it(as_ana: Browser, number: str, facts: Any) -> None:
    waiting = held_id(as_ana.get(str(send(as_ana, number).location)))

    shown = as_ana.post(f"/agent/tickets/{number}/held/{waiting}/publication", follow=True)

    assert 'id="comment-2"' in shown.html
    assert facts(number, Ticket.status) is TicketStatus.WAITING_ON_CUSTOMER


def test_what_is_gone_cannot_be_taken_back(as_ana: Browser, as_ben: Browser, number: str) -> None:
    waiting = held_id(as_ana.get(str(send(as_ana, number).location)))
    as_ben.post(f"/agent/tickets/{number}/held/{waiting}/publication")

    late = as_ana.post(f"/agent/tickets/{number}/held/{waiting}/withdrawal")

    assert (late.status, "waits no longer" in late.text) == (409, True)


def test_no_customer_learns_of_what_waits(as_ana: Browser, as_carl: Browser, number: str, rows: Any) -> None:
    send(as_ana, number, files=[(io.BytesIO(b"secret plan"), "secret-plan.txt")])
    ((public_id,),) = rows(Attachment.public_id)

    for path in (
        f"/portal/tickets/{number}",
        f"/portal/tickets/{number}/print",
        "/portal",
        "/portal/tickets",
        "/portal/tickets?q=petrol",
    ):
        seen = as_carl.get(path)
        assert WORDS not in seen.text, path
        assert "secret-plan.txt" not in seen.html, path
    assert as_carl.get(f"/files/{public_id}").status == 404
    assert as_ana.get(f"/files/{public_id}").status == 200


def test_news_and_counts_know_nothing_of_what_waits(as_ana: Browser, as_ben: Browser, number: str) -> None:
    before = re.search(r'data-seen="([\d-]+)"', as_ben.get(f"/agent/tickets/{number}").html)
    assert before
    send(as_ana, number)

    told = as_ben.get(f"/agent/tickets/{number}/news?seen={before.group(1)}")
    assert told.status in (200, 304)
    assert not told.html or '"messages":0' in told.html.replace(" ", "")


class TestLater:
    def moment(self, days: int = 1) -> str:
        return (clock.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")

    def test_it_is_shown_where_it_will_be(self, as_ana: Browser, as_ben: Browser, number: str) -> None:
        send(as_ana, number, send_on=self.moment(), cancels_on_answer="1")

        for reader in (as_ana, as_ben):
            page = reader.get(f"/agent/tickets/{number}").text
            assert "To be sent: Tomorrow" in page
            assert "It becomes a draft if the customer writes first." in page

    @pytest.mark.parametrize(
        "zone, now, offered",
        [
            (
                "America/Sao_Paulo",
                datetime(2026, 11, 27, 15, 0, tzinfo=UTC),  # Friday, noon there
                [
                    "2026-11-27T13:00-03:00",
                    "2026-11-27T17:00-03:00",
                    "2026-11-28T08:00-03:00",
                    "2026-11-30T08:00-03:00",
                ],
            ),
            (
                "Europe/Berlin",
                datetime(2027, 3, 27, 18, 0, tzinfo=UTC),  # the night in which the clocks change
                ["2027-03-27T20:00+01:00", "2027-03-28T08:00+02:00", "2027-03-29T08:00+02:00"],
            ),
        ],
    )
    def test_the_moments_on_offer_are_on_the_writers_clock(
        self, as_ana: Browser, number: str, acting: Acting, zone: str, now: datetime, offered: list[str]
    ) -> None:
        with acting("ana") as ana:
            ana.time_zone = zone
            stays = {"last_seen_at": now, "expires_at": now + timedelta(days=1)}
            db.session.execute(update(SignInSession).values(stays))

        with clock.freeze(now):
            page = as_ana.get(f"/agent/tickets/{number}")

        assert re.findall(r'name="send_at" value="([^"]+)"', page.html) == offered

    @pytest.mark.parametrize("moment", ["2020-01-01T08:00", "2099-01-01T08:00", "soon"])
    def test_no_other_moment_is_taken_and_the_text_stays(
        self, as_ana: Browser, number: str, moment: str, rows: Any
    ) -> None:
        refused = send(as_ana, number, send_on=moment)

        assert (refused.status, typed(refused)) == (422, WORDS)
        assert rows(HeldComment.comment_id) == []

    def test_another_moment_can_be_chosen(self, as_ana: Browser, number: str) -> None:
        waiting = held_id(as_ana.get(str(send(as_ana, number, send_on=self.moment()).location)))

        moved = as_ana.post(
            f"/agent/tickets/{number}/held/{waiting}/moment", {"send_on": self.moment(5)}, follow=True
        )

        assert "It will be sent" in moved.text
        assert "To be sent: Tomorrow" not in moved.text
        empty = as_ana.post(f"/agent/tickets/{number}/held/{waiting}/moment")
        assert (empty.status, "Choose a day and an hour" in empty.text) == (422, True)

    def test_the_customer_wrote_first(self, as_ana: Browser, as_carl: Browser, number: str) -> None:
        send(as_ana, number, send_on=self.moment(), cancels_on_answer="1")

        as_carl.post(f"/portal/tickets/{number}/replies", {"content": "It is out."})

        page = as_ana.get(f"/agent/tickets/{number}")
        assert "the customer wrote first" in page.text
        assert typed(page) == WORDS

    def test_the_clock_sends_it(
        self, as_ana: Browser, number: str, acting: Acting, facts: Any, rows: Any
    ) -> None:
        send(as_ana, number, send_on=self.moment(), status="resolved")
        ((comment_id,),) = rows(HeldComment.comment_id)

        with clock.freeze(clock.now() + timedelta(days=2)), acting("ada"):
            jobs.publish_held(comment_id)

        assert facts(number, Ticket.status) is TicketStatus.RESOLVED


def test_only_who_may_answer_decides(
    as_nobody: Browser, as_carl: Browser, as_ana: Browser, number: str
) -> None:
    waiting = held_id(as_ana.get(str(send(as_ana, number).location)))

    for deed in ("publication", "withdrawal", "moment"):
        for browser in (as_nobody, as_carl):
            assert browser.post(f"/agent/tickets/{number}/held/{waiting}/{deed}").status in (303, 404)
    assert "Sending in" in as_ana.get(f"/agent/tickets/{number}").text


def test_undo_and_send_now_at_once_do_one_of_both(real_desk: RealDesk) -> None:
    number = real_desk.ask()
    with real_desk.doing("ada"):
        change_settings(undo_send_seconds=10)
    ana, browsers = real_desk.browser("ana"), [real_desk.browser(name) for name in ("ana", "ben") * 3]
    waiting = held_id(ana.get(str(send(ana, number).location)))
    deeds = ["withdrawal", "publication"] * 3

    def decides(browser: Browser, deed: str) -> Callable[[], Seen]:
        return lambda: browser.post(f"/agent/tickets/{number}/held/{waiting}/{deed}")

    answers = at_once([decides(*each) for each in zip(browsers, deeds, strict=True)])

    assert sorted(answer.status for answer in answers) == [303, 409, 409, 409, 409, 409]
    written = len(real_desk.rows(select(Comment.id))) - 1
    drafts = len(real_desk.rows(select(Draft.id)))
    mails = real_desk.rows(
        select(OutboxMessage.id).where(OutboxMessage.purpose == MailPurpose.TICKET_ANSWERED)
    )
    assert (written, drafts, len(mails)) in [(1, 0, 1), (0, 1, 0)]
