"""A ticket's page for who comes back to it: along its list, what is new, who asked, and what stands beside it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Organization
from helpdesk.accounts.permissions import Permission
from helpdesk.accounts.preferences import ThreadOrder, prefer
from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, Ticket, ticket_reads, ticket_watchers
from helpdesk.tickets.operations import change_tags, note, reply, set_priority, watch
from tests.conftest import person_named
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.agents.conftest import ticket_numbered

CEILING = 12  # administrators are told of the mail in one more


def ids_in(page: Any) -> list[str]:
    """The messages and the line of what is new, in their order on the page."""
    return re.findall(r'id="(comment-\d+|unread)"', page.html)


class TestUnread:
    def test_the_line_stands_before_the_first_message_after_the_last_visit(
        self, as_ana: Any, asked: Any, deed: Any
    ) -> None:
        number = asked()
        first = as_ana.get(f"/agent/tickets/{number}")
        deed("carl", reply, number, content="Hello?")
        deed("carl", reply, number, content="Anybody?")

        second = as_ana.get(f"/agent/tickets/{number}")
        third = as_ana.get(f"/agent/tickets/{number}")

        assert ids_in(first) == ["comment-1"]
        assert ids_in(second) == ["comment-1", "unread", "comment-2", "comment-3"]
        assert "New since you were here" in second.text
        assert 'href="#unread"' in second.html
        assert ids_in(third) == ["comment-1", "comment-2", "comment-3"]

    def test_ones_own_words_are_not_new(self, as_ana: Any, asked: Any, deed: Any) -> None:
        number = asked()
        as_ana.get(f"/agent/tickets/{number}")
        deed("ana", note, number, content="Mine.")
        deed("carl", reply, number, content="Hello?")

        page = as_ana.get(f"/agent/tickets/{number}")

        assert ids_in(page) == ["comment-1", "comment-2", "unread", "comment-3"]

    def test_newest_first_turns_everything_round(
        self, as_ana: Any, asked: Any, deed: Any, acting: Any
    ) -> None:
        number = asked()
        as_ana.get(f"/agent/tickets/{number}")
        deed("carl", reply, number, content="Hello?")
        with acting("ana") as ana:
            prefer(ana, thread_order=ThreadOrder.NEWEST_FIRST)

        page = as_ana.get(f"/agent/tickets/{number}")

        assert ids_in(page) == ["comment-2", "unread", "comment-1"]
        assert "New above, since you were here" in page.text

    @pytest.mark.parametrize("header", [{"Sec-Purpose": "prefetch"}, {"HX-Request": "true"}])
    def test_pages_nobody_looks_at_do_not_count_as_read(
        self, as_ana: Any, asked: Any, acting: Any, header: dict[str, str]
    ) -> None:
        number = asked()

        as_ana.get(f"/agent/tickets/{number}", headers=header)

        with acting("ana"):
            assert db.session.execute(select(ticket_reads)).all() == []


class TestNews:
    def there(self, page: Any, number: str) -> str:
        (seen,) = re.findall(r'data-seen="([^"]+)"', page.html)
        return f"/agent/tickets/{number}/news?seen={seen}"

    def test_nothing_happened(self, as_ana: Any, asked: Any, cold: Any) -> None:
        number = asked()
        address = self.there(as_ana.get(f"/agent/tickets/{number}"), number)

        browser = cold(as_ana)

        with counted_statements() as statements:
            answer = browser.get(address, headers={"X-Polling": "true"})

        assert (answer.status, answer.html) == (304, "")
        assert len(statements) == 4  # role, session, switch, ticket: nothing is written

    def test_messages_are_counted_and_not_read(self, as_ana: Any, asked: Any, deed: Any) -> None:
        number = asked()
        address = self.there(as_ana.get(f"/agent/tickets/{number}"), number)
        deed("carl", reply, number, content="Hello?")
        deed("ben", reply, number, content="Yes.")

        news = as_ana.get(address).response.get_json()

        assert (news["messages"], news["words"]) == (2, "2 new messages from Carl Customer and Ben Brown")
        assert as_ana.get(address.partition("=")[0] + "=" + news["seen"]).status == 304
        assert "unread" in ids_in(as_ana.get(f"/agent/tickets/{number}"))

    def test_what_colleagues_changed_is_said(self, as_ana: Any, asked: Any, deed: Any) -> None:
        number = asked()
        address = self.there(as_ana.get(f"/agent/tickets/{number}"), number)
        deed("ben", change_tags, number, add=["fire"])

        news = as_ana.get(address).response.get_json()

        assert (news["messages"], news["has_changed"]) == (0, True)
        assert news["words"] == "Ben Brown added fire to its tags"

    def test_what_one_changed_oneself_is_not(self, as_ana: Any, asked: Any, deed: Any) -> None:
        number = asked()
        address = self.there(as_ana.get(f"/agent/tickets/{number}"), number)
        deed("ana", watch, number)

        news = as_ana.get(address).response.get_json()

        assert (news["messages"], news["has_changed"], news["words"]) == (0, False, "")

    @pytest.mark.parametrize("seen", ["", "1", "1-2-3", "a-b-c-d", "1-2-3-4-5", "9" * 20 + "-1-1-1"])
    def test_a_mark_no_page_of_ours_has_is_a_bad_request(self, as_ana: Any, asked: Any, seen: str) -> None:
        assert as_ana.get(f"/agent/tickets/{asked()}/news?seen={seen}").status == 400

    def test_who_may_not_see_the_ticket_finds_none(self, as_ben: Any, asked: Any, permitted: Any) -> None:
        permitted("ben", Permission.ANSWER_TICKETS)

        assert as_ben.get(f"/agent/tickets/{asked()}/news?seen=1-1-1-1").status == 404
        assert as_ben.get("/agent/tickets/HD-999999/news?seen=1-1-1-1").status == 404


class TestAlong:
    def test_previous_and_next_are_those_of_the_list(self, as_ana: Any, asked: Any) -> None:
        first, second, third = (asked(title=f"Question {each}") for each in (1, 2, 3))

        page = as_ana.get(f"/agent/tickets/{second}?in=open&sort=-due")

        assert re.search(rf'href="/agent/tickets/{third}\?in=open&amp;sort=-due"[^>]*Previous', page.html)
        assert re.search(rf'href="/agent/tickets/{first}\?in=open&amp;sort=-due"[^>]*Next', page.html)
        assert "2 of 3" in page.text
        assert 'href="/agent/queues/open?sort=-due"' in page.html

    def test_a_search_is_a_list(self, as_ana: Any, asked: Any) -> None:
        number = asked(title="Fire in the printer")
        asked(title="Water")

        page = as_ana.get(f"/agent/tickets/{number}?in=search&q=printer")

        assert "Search: printer" in page.text
        assert "1 of 1" in page.text
        assert 'href="/agent/search?q=printer"' in page.html

    @pytest.mark.parametrize("bad", ["sort=nonsense", "q=status:nonsense", "q=nonsense:%22"])
    def test_an_address_written_by_hand_shows_the_ticket_all_the_same(
        self, as_ana: Any, asked: Any, bad: str
    ) -> None:
        page = as_ana.get(f"/agent/tickets/{asked()}?in=open&{bad}")

        assert page.status == 200
        assert 'class="steps"' not in page.html

    @pytest.mark.parametrize("count", [1, 50])
    def test_coming_from_a_list_holds_the_ceiling(
        self, as_ana: Any, asked: Any, deed: Any, cold: Any, count: int
    ) -> None:
        number = asked()
        asked(title="Another")
        for each in range(1, count):
            deed("ben" if each % 2 else "carl", reply, number, content=f"Message {each}")
        browser = cold(as_ana)

        with counted_statements() as statements:
            page = browser.get(f"/agent/tickets/{number}?in=open")

        assert "1 of 2" in page.text
        assert len(statements) == CEILING


class TestRequester:
    def test_what_is_known_about_them_stands_beside(self, as_ana: Any, asked: Any, acting: Any) -> None:
        with acting("ada"):
            carl = person_named("carl")
            carl.notes = "Call <before> noon."
            carl.time_zone = "Asia/Tokyo"
            organization = db.session.get_one(Organization, carl.organization_id)
            organization.notes = "Depot opens at 05:30."
            person, company = carl.id, organization.id

        with clock.freeze(clock.now().replace(hour=3, minute=4)):
            page = as_ana.get(f"/agent/tickets/{asked()}")

        assert "Call &lt;before&gt; noon." in page.html
        assert "Depot opens at 05:30." in page.text
        assert "12:04 where they are" in page.text
        assert f'href="/agent/people/{person}"' in page.html
        assert f'href="/agent/organizations/{company}"' in page.html

    @pytest.mark.parametrize("zone", ["", "Nowhere/Land", "../../etc/passwd"])
    def test_an_unknown_zone_tells_no_time(self, as_ana: Any, asked: Any, acting: Any, zone: str) -> None:
        with acting("ada"):
            person_named("carl").time_zone = zone

        assert "where they are" not in as_ana.get(f"/agent/tickets/{asked()}").text

    @pytest.mark.parametrize("via, words", [(Via.PHONE, "by phone"), (Via.WALK_IN, "in person")])
    def test_how_it_came_is_said(self, as_ana: Any, asked: Any, acting: Any, via: Via, words: str) -> None:
        number = asked()
        with acting("ada"):
            for written in (*db.session.scalars(select(Ticket)), *db.session.scalars(select(Comment))):
                written.via = via

        page = as_ana.get(f"/agent/tickets/{number}")

        assert f"opened {words}" in page.text
        assert f'class="route" title="{words}"' in page.html

    def test_tickets_one_may_not_see_are_not_counted(
        self, as_ben: Any, asked: Any, permitted: Any, team_id: str, acting: Any
    ) -> None:
        permitted("ben", Permission.SEE_TEAM_TICKETS, Permission.ANSWER_TICKETS)
        number, other, foreign = asked(), asked(title="Ours"), asked(title="Theirs")
        with acting("ada"):
            for each in (number, other):
                ticket_numbered(each).team_id = int(team_id)

        page = as_ben.get(f"/agent/tickets/{number}")

        assert "Also from Carl Customer 1 Open Ours" in page.text
        assert foreign not in page.html


class TestColleagues:
    def watching(self, acting: Any) -> list[int]:
        with acting("ada"):
            return list(db.session.scalars(select(ticket_watchers.c.user_id)))

    def test_a_colleague_is_added_and_taken_off(
        self, as_ana: Any, number: str, person_id: Any, acting: Any
    ) -> None:
        path, ben = f"/agent/tickets/{number}/watching", person_id("ben")

        added = as_ana.post(path, {"person": ben, "is_watching": "yes"})
        assert (added.status, self.watching(acting)) == (303, [int(ben)])

        as_ana.post(path, {"person": ben, "is_watching": "no"})
        assert self.watching(acting) == []

    @pytest.mark.parametrize(
        "person, status", [("carl", 422), ("9" * 18, 400), ("9" * 30, 400), ("ben", 400)]
    )
    def test_only_colleagues(
        self, as_ana: Any, number: str, person_id: Any, acting: Any, person: str, status: int
    ) -> None:
        named = person_id("carl") if person == "carl" else person

        page = as_ana.post(f"/agent/tickets/{number}/watching", {"person": named})

        assert (page.status, self.watching(acting)) == (status, [])

    def test_who_may_change_nothing_watches_and_adds_nobody(
        self, as_ben: Any, number: str, permitted: Any, person_id: Any
    ) -> None:
        permitted("ben", Permission.SEE_EVERY_TICKET, Permission.ANSWER_TICKETS)
        path = f"/agent/tickets/{number}/watching"

        assert as_ben.post(path, {"is_watching": "yes"}).status == 303
        assert as_ben.post(path, {"person": person_id("ana")}).status == 403
        assert "add-watcher" not in as_ben.get(f"/agent/tickets/{number}").html


def test_tags_are_suggested_to_who_may_tag(
    as_ana: Any, as_ben: Any, number: str, deed: Any, permitted: Any
) -> None:
    deed("ana", change_tags, number, add=["smoke", "fire"])
    permitted("ben", Permission.SEE_EVERY_TICKET, Permission.ANSWER_TICKETS)

    assert as_ana.get(f"/agent/tickets/{number}/tags").response.get_json() == {"tags": ["fire", "smoke"]}
    assert as_ben.get(f"/agent/tickets/{number}/tags").status == 403


class TestDeadline:
    def save(self, browser: Any, number: str, seen: str, new: str) -> Any:
        form = {"seen-due": seen, "new-due": new}
        return browser.post(f"/agent/tickets/{number}/properties", form)

    def test_it_is_typed_on_the_readers_clock(
        self, as_ana: Any, number: str, facts: Any, acting: Any
    ) -> None:
        with acting("ada"):
            person_named("ana").time_zone = "Europe/Berlin"

        saved = self.save(as_ana, number, "", "2026-12-24T18:00")

        assert saved.status == 303
        assert facts(number, Ticket.due_at).isoformat() == "2026-12-24T17:00:00+00:00"
        page = as_ana.get(f"/agent/tickets/{number}")
        assert 'value="2026-12-24T18:00"' in page.html
        assert "set the deadline to 24 Dec 2026, 18:00" in page.text

    def test_what_was_not_touched_keeps_its_seconds(
        self, as_ana: Any, number: str, facts: Any, acting: Any
    ) -> None:
        exact = clock.now().replace(second=42, microsecond=123456) + timedelta(days=1)
        with acting("ada"):
            ticket_numbered(number).due_at = exact

        self.save(as_ana, number, exact.isoformat(), exact.strftime("%Y-%m-%dT%H:%M"))

        assert facts(number, Ticket.due_at) == exact

    def test_two_deadlines_are_a_question(self, as_ana: Any, as_ben: Any, number: str, facts: Any) -> None:
        self.save(as_ben, number, "", "2026-12-24T18:00")

        page = self.save(as_ana, number, "", "2026-12-31T18:00")

        assert page.status == 409
        assert "Due Keep theirs: 24 Dec 2026, 18:00 set by Ben Brown just now" in page.text
        assert "Use mine: 31 Dec 2026, 18:00" in page.text
        mine = re.findall(r'type="radio" name="new-due" value="([^"]*)"', page.html)[1]
        seen = re.search(r'name="seen-due" value="([^"]*)"', page.html)
        assert seen is not None
        assert self.save(as_ana, number, seen.group(1), mine).status == 303
        assert facts(number, Ticket.due_at).isoformat() == "2026-12-31T18:00:00+00:00"

    @pytest.mark.parametrize(
        "typed, words",
        [
            ("tomorrow", "Choose a day and an hour"),
            ("2026-13-01T10:00", "Choose a day and an hour"),
            ("0001-01-01T00:00", "between the years 2000 and 2100"),
            ("9999-12-31T23:59", "between the years 2000 and 2100"),
        ],
    )
    def test_what_is_no_moment_is_said(
        self, as_ana: Any, number: str, facts: Any, typed: str, words: str
    ) -> None:
        page = self.save(as_ana, number, "", typed)

        assert page.status == 422
        assert words in page.text
        assert facts(number, Ticket.due_at) is None


def test_every_word_is_translated(pseudo: None, as_ada: Any, asked: Any, deed: Any, permitted: Any) -> None:
    permitted("ada", Permission.SEE_EVERY_TICKET, Permission.CHANGE_TICKETS)  # the composer has its own test
    number = asked()
    asked(title="Another")
    as_ada.get(f"/agent/tickets/{number}")
    deed("carl", reply, number, content="Yes.\n\n> Use water.")
    deed("ben", watch, number)
    deed("ben", set_priority, number, to="urgent")

    page = as_ada.get(f"/agent/tickets/{number}?in=open")

    assert untranslated(page.html) == []
