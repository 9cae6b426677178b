"""People as agents meet them: whom they may know of, what their page says, and what it costs."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, OrganizationRole, User
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock, counts
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import delete, move_to_team, resolve, take
from tests.conftest import person_named
from tests.support.at_once import at_once
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.agents.conftest import first_line

CEILING = 9
"""One of them counts the search."""
EVERYBODY = ["Ada Admin", "Ana Agent", "Ben Brown", "Carl Customer", "Cora Colleague", "Olga Other"]


def names(page):
    return re.findall(r'class="row-title"[^>]*>([^<]+)<', page.html)


def given_to_bens_team(deed, number):
    deed("ada", lambda ticket, by: move_to_team(ticket, team=first_line(), by=by), number)


class TestWhom:
    def test_who_sees_every_ticket_sees_everybody(self, as_ana):
        assert names(as_ana.get("/agent/people")) == EVERYBODY

    def test_others_see_the_requesters_of_the_tickets_they_may_see(
        self, as_ben, asked, deed, permitted, person_id
    ):
        permitted("ben", Permission.SEE_TEAM_TICKETS, Permission.ANSWER_TICKETS)
        given_to_bens_team(deed, asked("carl"))
        asked("cora")
        binned = asked("olga")
        given_to_bens_team(deed, binned)
        deed("ada", delete, binned)

        assert names(as_ben.get("/agent/people")) == ["Carl Customer"]
        assert as_ben.get(f"/agent/people/{person_id('carl')}").status == 200
        for name in ("cora", "olga", "ana"):
            for path in ("", "/open-tickets", "/picture"):
                assert as_ben.get(f"/agent/people/{person_id(name)}{path}").status == 404
            assert as_ben.post(f"/agent/people/{person_id(name)}/notes", {"notes": "x"}).status == 404
        assert "Cora" not in as_ben.get("/agent/people/matches?q=customer").text

    @pytest.mark.parametrize("path", ["/agent/people/1", "/agent/people/99999", "/agent/people/9" * 3])
    def test_nobody_finds_who_is_not_there_nor_the_desk_itself(self, as_ada, path):
        assert as_ada.get(path).status == 404

    @pytest.mark.parametrize("path", ["", "/matches?q=a", "/2", "/2/picture", "/2/merge"])
    def test_customers_are_led_to_their_own_pages(self, as_carl, as_nobody, path):
        assert as_carl.get(f"/agent/people{path}").location == "/portal/tickets"
        assert as_nobody.get(f"/agent/people{path}").status == 303


class TestList:
    @pytest.mark.parametrize(
        "asked_for, found",
        [
            ("q=COLLEA", ["Cora Colleague"]),
            ("q=stranger.ex", ["Olga Other"]),
            ("q=customer+inc", ["Carl Customer", "Cora Colleague"]),
            ("show=customers", ["Carl Customer", "Cora Colleague", "Olga Other"]),
            ("show=staff&q=b", ["Ben Brown"]),
            ("show=nonsense", EVERYBODY),
            ("q=nobody%25", []),
        ],
    )
    def test_it_is_searched_by_name_address_and_organization(self, as_ana, asked_for, found):
        assert names(as_ana.get(f"/agent/people?{asked_for}")) == found

    @pytest.mark.parametrize(
        "typed, meant",
        [
            ("Cral+Custmoer", "Carl Customer"),
            ("cora+coleage", "Cora Colleague"),
            ("carl@custmer.exampel", "carl@customer.example"),
        ],
    )
    def test_who_mistypes_a_name_or_an_address_is_told_who_is_meant(self, as_ana, typed, meant):
        page = as_ana.get(f"/agent/people?q={typed}")

        assert f"Did you mean “{meant}”?" in page.text
        assert len(names(as_ana.get(f"/agent/people?q={meant.replace(' ', '+')}"))) == 1

    def test_whom_one_may_not_know_of_is_not_told(self, as_ben, asked, deed, permitted):
        given_to_bens_team(deed, asked("carl"))
        asked("cora")
        permitted("ben", Permission.SEE_TEAM_TICKETS, Permission.ANSWER_TICKETS)

        assert "Did you mean “Carl Customer”?" in as_ben.get("/agent/people?q=Cral+Custmoer").text
        assert "Did you mean" not in as_ben.get("/agent/people?q=Cora+Coleage").text

    def test_nobody_found_is_said_with_a_way_back(self, as_ana):
        page = as_ana.get("/agent/people?q=%3Cnobody%3E")

        assert "Nobody matches “<nobody>”" in page.text
        assert 'href="/agent/people"' in page.html

    @pytest.mark.parametrize(
        "path", ["/agent/people", "/admin/people", "/agent/people?q=a", "/admin/people?q=a"]
    )
    def test_their_numbers_end_at_a_cap(self, as_ada, monkeypatch, path):
        monkeypatch.setattr(counts, "COUNTED", 1)
        assert '<span class="count">1+</span>' in as_ada.get(path).html

    def test_pages_follow_each_other(self, as_ana, acting):
        with acting("ada"):
            db.session.add_all([User(full_name=f"Person {number:03}") for number in range(60)])

        first = as_ana.get("/agent/people?q=person")
        (after,) = re.findall(r'href="([^"]+after=[^"]+)"', first.html)
        second = as_ana.get(after.replace("&amp;", "&"))

        assert names(first) + names(second) == [f"Person {number:03}" for number in range(60)]
        assert as_ana.get("/agent/people?after=nonsense").status == 400

    @pytest.mark.parametrize("count", [1, 50])
    def test_it_costs_the_same_for_one_person_and_for_fifty(self, as_ada, cold, acting, asked, count):
        asked("carl")
        with acting("ada"):
            addresses = [
                EmailAddress(email=f"p{n}@x.example", email_key=f"p{n}@x.example") for n in range(count)
            ]
            db.session.add_all(
                [User(full_name=f"Person {n}", addresses=[a]) for n, a in enumerate(addresses)]
            )
        browser = cold(as_ada)

        with counted_statements() as statements:
            page = browser.get("/agent/people?q=person")

        assert len(names(page)) == count
        assert len(statements) <= CEILING


class TestPage:
    def test_it_tells_who_somebody_is(self, as_ana, acting, person_id):
        with acting("ada"):
            carl = person_named("carl")
            carl.time_zone, carl.organization_role = "Asia/Tokyo", OrganizationRole.MANAGER
            carl.last_login = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
            extra = EmailAddress(
                user_id=carl.id, email="c@c.example", email_key="c@c.example", is_primary=False
            )
            db.session.add(extra)

        with clock.freeze(datetime(2026, 3, 2, 12, 0, tzinfo=UTC)):
            page = as_ana.get(f"/agent/people/{person_id('carl')}")

        for words in (
            "carl@customer.example Primary",
            "c@c.example Not confirmed",
            "Customer Inc Manager",
            "Mon 21:00 Asia/Tokyo",
            "English",
            "Last seen 1 h ago",
            "New ticket for Carl Customer",
        ):
            assert words in page.text
        assert "/admin/people" not in page.html

    def test_their_tickets_stand_there_open_ones_first(self, as_ana, asked, deed, person_id):
        numbers = [asked("carl", title=f"Ticket {number}") for number in range(3)]
        asked("cora", title="Hers")
        deed("ana", resolve, numbers[2])
        deed("ana", delete, numbers[1])

        page = as_ana.get(f"/agent/people/{person_id('carl')}")

        assert names(page) == ["Ticket 0", "Ticket 2"]
        assert "Tickets 2 1 open" in page.text

    def test_of_colleagues_those_they_have(self, as_ana, asked, deed, person_id):
        deed("ben", take, asked("carl"))

        page = as_ana.get(f"/agent/people/{person_id('ben')}")

        assert names(page) == ["A question"]
        assert "New ticket for" not in page.text

    def test_many_tickets_are_paged(self, as_ana, asked, deed, person_id):
        for number in range(30):
            asked("carl", title=f"Ticket {number}")

        first = as_ana.get(f"/agent/people/{person_id('carl')}")
        (after,) = re.findall(r'href="([^"]+after=[^"]+)"', first.html)
        second = as_ana.get(after)

        assert (len(names(first)), len(names(second))) == (25, 5)
        assert len({*names(first), *names(second)}) == 30

    @pytest.mark.parametrize("count", [1, 50])
    def test_it_costs_the_same_for_one_ticket_and_for_fifty(self, as_ada, cold, asked, person_id, count):
        for number in range(count):
            asked("carl", title=f"Ticket {number}")
        carl, browser = person_id("carl"), cold(as_ada)

        with counted_statements() as statements:
            page = browser.get(f"/agent/people/{carl}")

        assert len(names(page)) == min(count, 25)
        assert len(statements) <= CEILING

    def test_the_account_is_a_step_away_for_who_manages_people(self, as_ada, person_id, acting):
        with acting("ada") as ada:
            deactivate(person_named("carl"), by=ada)

        page = as_ada.get(f"/agent/people/{person_id('carl')}")

        assert f'href="/admin/people/{person_id("carl")}"' in page.html
        assert "This account is deactivated" in page.text

    def test_every_word_is_translated(self, as_ada, pseudo, asked, person_id):
        asked("carl")
        for path in (
            "",
            "?q=x",
            f"/{person_id('carl')}",
            f"/{person_id('carl')}/merge?q=o",
            f"/{person_id('ben')}",
        ):
            assert untranslated(as_ada.get(f"/agent/people{path}").html) == []
        merge = f"/agent/people/{person_id('carl')}/merge?into={person_id('olga')}"
        assert untranslated(as_ada.get(merge).html) == []


class TestNotes:
    def test_they_are_saved_for_colleagues_and_told_by_their_length(self, as_ana, acting, person_id, as_carl):
        carl = person_id("carl")

        sent = as_ana.post(
            f"/agent/people/{carl}/notes", {"notes": " <b>Calls</b>\r\nat night. ", "seen": ""}
        )

        assert sent.location == f"/agent/people/{carl}"
        assert "&lt;b&gt;Calls&lt;/b&gt;\nat night." in as_ana.get(sent.location).html
        assert "Calls" not in as_carl.get("/portal/tickets").text

    def test_somebody_elses_notes_are_not_overwritten_unseen(self, as_ana, as_ben, person_id):
        carl = person_id("carl")
        as_ben.post(f"/agent/people/{carl}/notes", {"notes": "Ben was here.", "seen": ""})

        page = as_ana.post(f"/agent/people/{carl}/notes", {"notes": "Ana too.", "seen": ""})

        assert page.status == 409
        assert "Somebody changed these notes meanwhile" in page.text
        assert "There now Ben was here." in page.text
        assert "Ana too.</textarea>" in page.html
        again = as_ana.post(f"/agent/people/{carl}/notes", {"notes": "Both.", "seen": "Ben was here."})
        assert again.status == 303

    def test_too_long_ones_come_back(self, as_ana, person_id):
        page = as_ana.post(f"/agent/people/{person_id('carl')}/notes", {"notes": "x" * 10_001, "seen": ""})

        assert page.status == 422
        assert "x" * 10_001 in page.html

    def test_who_may_only_read_writes_none(self, as_ben, permitted, person_id):
        permitted("ben", Permission.SEE_EVERY_TICKET)
        carl = person_id("carl")

        assert "Save notes" not in as_ben.get(f"/agent/people/{carl}").text
        assert as_ben.post(f"/agent/people/{carl}/notes", {"notes": "x", "seen": ""}).status == 403


class TestMerging:
    def test_the_other_one_is_searched_and_the_consequences_are_told(self, as_ada, asked, person_id):
        asked("olga")
        olga, carl = person_id("olga"), person_id("carl")

        chosen = as_ada.get(f"/agent/people/{olga}/merge?q=carl")
        preview = as_ada.get(f"/agent/people/{olga}/merge?into={carl}")

        assert f"/agent/people/{olga}/merge?into={carl}" in chosen.html
        assert "1 ticket becomes theirs. 1 message gets their name." in preview.text
        assert "olga@stranger.example" in preview.text
        assert "Merge Olga Other into Carl Customer" in preview.text

    def test_afterwards_the_old_page_leads_to_the_new_one(self, as_ada, as_ana, asked, person_id):
        number = asked("olga")
        olga, carl = person_id("olga"), person_id("carl")

        sent = as_ada.post(f"/agent/people/{olga}/merge", {"into": carl})

        assert sent.location == f"/agent/people/{carl}"
        assert as_ana.get(f"/agent/people/{olga}").location == f"/agent/people/{carl}"
        assert names(as_ana.get(f"/agent/people/{carl}")) == ["A question"]
        assert "Olga Other" not in names(as_ana.get("/agent/people"))
        assert "set requester from Olga Other to Carl Customer" in as_ana.get(f"/agent/tickets/{number}").text
        assert as_ada.post(f"/agent/people/{olga}/merge", {"into": carl}).status == 404

    def test_who_does_not_see_the_new_one_finds_nobody(self, as_ada, as_ben, permitted, person_id):
        permitted("ben", Permission.ANSWER_TICKETS)
        olga, carl = person_id("olga"), person_id("carl")
        as_ada.post(f"/agent/people/{olga}/merge", {"into": carl})

        assert as_ben.get(f"/agent/people/{olga}").status == 404

    def test_two_of_one_name_are_told_apart_by_their_addresses(self, as_ada, acting, person_id):
        olga, carl = person_id("olga"), person_id("carl")
        with acting("ada"):
            person_named("olga").full_name = "Carl Customer"

        preview = as_ada.get(f"/agent/people/{olga}/merge?into={carl}")

        named = "Merge Carl Customer (olga@stranger.example) into Carl Customer (carl@customer.example)"
        assert named in preview.text

    def test_staff_are_refused_with_a_sentence(self, as_ada, person_id):
        carl, ben = person_id("carl"), person_id("ben")

        assert "Ben Brown works here" in as_ada.get(f"/agent/people/{carl}/merge?into={ben}").text
        sent = as_ada.post(f"/agent/people/{carl}/merge", {"into": ben})
        assert (sent.status, "Ben Brown works here" in sent.text) == (403, True)

    def test_it_takes_three_permissions(self, as_ana, as_ben, permitted, person_id):
        olga, carl = person_id("olga"), person_id("carl")
        needed = (Permission.SEE_EVERY_TICKET, Permission.CHANGE_TICKETS, Permission.MANAGE_PEOPLE)

        assert "/merge" not in as_ana.get(f"/agent/people/{olga}").html
        assert as_ana.get(f"/agent/people/{olga}/merge").status == 403
        assert as_ana.post(f"/agent/people/{olga}/merge", {"into": carl}).status == 403
        permitted("ben", *needed)
        assert as_ben.post(f"/agent/people/{olga}/merge", {"into": carl}).status == 303

    @pytest.mark.parametrize("into", ["", "x", "1", "99999999999999999999"])
    def test_into_nobody_is_not_found(self, as_ada, person_id, into):
        assert as_ada.post(f"/agent/people/{person_id('olga')}/merge", {"into": into}).status == 404

    def test_the_other_way_round_at_the_same_moment_one_of_the_two_is_done(self, real_desk):
        real_desk.ask()
        with real_desk.doing("ada"):
            carl, olga = person_named("carl").id, person_named("olga").id
        pairs = [(carl, olga), (olga, carl)]
        browsers = [real_desk.browser("ada") for _ in pairs]

        answers = at_once(
            [
                lambda browser=browser, pair=pair: browser.post(
                    f"/agent/people/{pair[0]}/merge", {"into": pair[1]}
                )
                for browser, pair in zip(browsers, pairs, strict=True)
            ]
        )

        assert sorted(answer.status == 303 for answer in answers) == [False, True]
        assert {answer.status for answer in answers} <= {303, 404, 409}
        merged = real_desk.rows(select(User.id, User.merged_into_id).where(User.merged_into_id.is_not(None)))
        assert merged in [[pair] for pair in pairs]
        assert real_desk.rows(select(Ticket.requester_id)) == [(merged[0][1],)]


class TestOffered:
    def test_while_somebody_types_the_first_few_are_offered(self, as_ana, acting, person_id):
        with acting("ada") as ada:
            deactivate(person_named("olga"), by=ada)

        page = as_ana.get("/agent/people/matches?q=cust")

        assert page.html.count('role="option"') == 2
        assert f'data-id="{person_id("carl")}"' in page.html
        assert "<html" not in page.html
        assert "Olga" not in as_ana.get("/agent/people/matches?q=olga").text
        assert as_ana.get("/agent/people/matches?q=").html.strip() == ""

    def test_open_tickets_of_who_was_chosen_are_shown(self, as_ana, asked, deed, person_id):
        first, done = asked("carl", title="Still open"), asked("carl", title="Over")
        deed("ana", resolve, done)

        page = as_ana.get(f"/agent/people/{person_id('carl')}/open-tickets")

        assert "Carl Customer has an open ticket. Is it about that?" in page.text
        assert first in page.text
        assert "Over" not in page.text
        assert as_ana.get(f"/agent/people/{person_id('olga')}/open-tickets").text == ""
