"""The words of mails: listed, changed, refused with the position of what is wrong, tried on a real ticket."""

import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.mail.models import MailPurpose, MailTemplate, OutboxMessage
from helpdesk.tickets.models import TicketKey
from helpdesk.tickets.operations import reply
from tests.support.statements import counted_statements
from tests.web.agents.conftest import ticket_numbered

CEILING = 7
PATH = "/admin/templates/ticket_received"
OWN = {"subject": "Got it: {ticket_number}", "content": "{greeting}\n\nwe have “{title}”.\n\n{link}"}


@pytest.fixture
def kept(acting):
    """`kept()` is what of ours was replaced."""

    def look():
        with acting("ada"):
            return [(each.purpose.value, each.subject) for each in db.session.scalars(select(MailTemplate))]

    return look


def kinds(page):
    return re.findall(r'class="row-title"[^>]*>([^<]+)<', page.html)


def letter(page):
    found = re.search(r'(?s)<pre class="letter-text"[^>]*>(.*?)</pre>', page.html)
    return found.group(1) if found else None


class TestRights:
    @pytest.mark.parametrize("path", ["/admin/templates", PATH, f"{PATH}/letter"])
    def test_agents_may_not_read_them(self, as_ana, path):
        assert as_ana.get(path).status == 403

    @pytest.mark.parametrize("path", [PATH, f"{PATH}/reset"])
    def test_nor_change_them(self, as_ana, kept, path):
        assert as_ana.post(path, OWN).status == 403
        assert kept() == []

    def test_customers_find_no_such_page(self, as_carl):
        assert as_carl.get("/admin/templates").status == 404

    def test_who_may_manage_the_desk_may(self, permitted, as_ana):
        permitted("ana", Permission.MANAGE_DESK)
        assert as_ana.get(PATH).status == 200

    def test_a_kind_that_does_not_exist(self, as_ada):
        assert as_ada.get("/admin/templates/zebra").status == 404
        assert as_ada.post("/admin/templates/zebra/reset").status == 404


class TestList:
    def test_every_kind_by_name(self, as_ada):
        found = kinds(as_ada.get("/admin/templates"))

        assert len(found) == len(MailPurpose)
        assert found == sorted(found, key=str.casefold)

    def test_the_desks_own_come_first_where_asked_for(self, as_ada):
        as_ada.post(PATH, OWN)

        assert kinds(as_ada.get("/admin/templates?sort=words"))[0] == "We have your request"
        assert kinds(as_ada.get("/admin/templates?sort=-words"))[-1] == "We have your request"
        assert "Your own" in as_ada.get("/admin/templates").text

    def test_searched_by_kind_and_subject(self, as_ada):
        as_ada.post(PATH, OWN)

        assert kinds(as_ada.get("/admin/templates?q=GOT it")) == ["We have your request"]
        assert kinds(as_ada.get("/admin/templates?q=invitation")) != []
        assert "No kind of mail matches “zebra”" in as_ada.get("/admin/templates?q=zebra").text

    def test_list_and_letter_cost_little(self, as_ada, number, cold):
        cold(as_ada)
        with counted_statements() as few:
            as_ada.get("/admin/templates")
        cold(as_ada)
        with counted_statements() as one:
            as_ada.get(PATH)

        assert len(few) <= CEILING
        assert len(one) <= CEILING + 7  # a whole letter about a ticket is made


class TestChanging:
    def test_words_are_saved(self, as_ada, kept):
        answer = as_ada.post(PATH, OWN)

        assert (answer.status, answer.location) == (303, PATH)
        assert kept() == [("ticket_received", "Got it: {ticket_number}")]
        assert "Your own words" in as_ada.get(PATH).text

    def test_what_is_wrong_is_said_with_its_position_and_what_was_typed_stays(self, as_ada, kept):
        answer = as_ada.post(PATH, {**OWN, "content": "Hello\n\n{nane} <b>"})

        assert answer.status == 422
        assert "Line 3, character 1: {nane} is not known here." in answer.text
        assert "{nane} &lt;b&gt;" in answer.html
        assert kept() == []

    def test_back_to_ours(self, as_ada, kept):
        as_ada.post(PATH, OWN)
        answer = as_ada.post(f"{PATH}/reset")

        assert (answer.status, kept()) == (303, [])
        assert "Our words, until you change them" in as_ada.get(PATH).text


class TestTrying:
    def test_the_newest_ticket_shows_how_it_reads(self, as_ada, number):
        page = as_ada.get(PATH)

        assert f"As it reads for {number}" in page.text
        assert "Hello Carl Customer," in letter(page)
        assert "[their own link]" in letter(page)

    def test_words_are_tried_before_they_are_saved(self, as_ada, number, kept):
        page = as_ada.post(PATH, {**OWN, "preview": "1", "ticket": number.lower()})

        assert page.status == 200
        assert "we have “The printer is on fire”." in letter(page)
        assert kept() == []

    def test_with_the_message_of_a_real_answer_and_nothing_is_sent_or_minted(self, as_ada, acting, number):
        with acting("ana") as ana:
            reply(ticket_numbered(number), by=ana, content="Use <water>.")
        with acting("ada"):
            before = len(db.session.scalars(select(OutboxMessage.id)).all())
        page = as_ada.get("/admin/templates/ticket_answered")

        assert "Use &lt;water&gt;." in letter(page)
        with acting("ada"):
            assert len(db.session.scalars(select(OutboxMessage.id)).all()) == before
            assert db.session.scalars(select(TicketKey)).all() == []

    def test_a_ticket_that_is_not_there(self, as_ada, number):
        page = as_ada.post(PATH, {**OWN, "preview": "1", "ticket": "HD-999999"})

        assert "There is no such ticket among those you see." in page.text

    @pytest.mark.parametrize("purpose", MailPurpose)
    def test_every_kind_can_be_read_and_framed(self, as_ada, number, purpose):
        page = as_ada.get(f"/admin/templates/{purpose.value}")
        framed = as_ada.get(f"/admin/templates/{purpose.value}/letter?ticket={number}")

        assert page.status == framed.status == 200
        assert letter(page)
        policy = framed.response.headers["Content-Security-Policy"]
        assert "sandbox" in policy
        assert "script-src" not in policy
        assert "default-src 'none'" in policy

    def test_without_any_ticket_there_is_nothing_to_try_it_on(self, as_ada):
        assert "There is no ticket yet" in as_ada.get(PATH).text
        assert as_ada.get(f"{PATH}/letter").status == 404
