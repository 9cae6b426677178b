"""My requests: the list, a new request, one of them."""

import io
import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import Organization, OrganizationRole, Sharing
from helpdesk.audit.models import AuditLog
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment, Comment, Ticket, TicketStatus
from helpdesk.tickets.operations import (
    add_participant,
    change_status,
    delete,
    note,
    open_ticket,
    reply,
    resolve,
)
from tests.conftest import person_named, sign_in
from tests.support.browser import Browser
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.customers.conftest import cold_get, ticket_numbered

STATEMENTS_OF_THE_LIST = 5  # role, session, presence, switch, rows with counts
STATEMENTS_OF_A_REQUEST = 9  # role, session, presence, switch, ticket, letters, and to note the reading three


def titles(page):
    return [
        re.sub("</?mark>", "", title)
        for title in re.findall(r'class="subject"[^>]*>((?:[^<]|</?mark>)+)<', page.html)
    ]


def rows(page):
    """The words of each row of the list."""
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in re.findall(r"(?s)<ul class=\"requests\".*?</ul>", page.html)
        for row in re.findall(r"(?s)<li(?: class=\"unread\")?>.*?</li>", row)
    ]


def unlike(page):
    """The page without what differs between any two answers."""
    once = re.compile(r'nonce="[^"]+"|name="csrf-token" content="[^"]+"|value="[^"]{36,}"|[0-9a-f]{32}')
    return once.sub("", page.html)


class TestList:
    def test_the_portal_begins_with_my_requests(self, as_carl):
        assert as_carl.get("/portal").location == "/portal/tickets"

    def test_nobody_is_asked_to_sign_in_and_comes_back(self, as_nobody):
        page = as_nobody.get("/portal/tickets?show=solved")

        assert (page.status, page.location) == (303, "/login?next=/portal/tickets?show%3Dsolved")

    def test_staff_are_led_to_their_own_pages(self, as_ana):
        assert as_ana.get("/portal/tickets").location == "/agent/queues/unassigned"

    def test_a_first_visit_invites_to_write(self, as_olga):
        page = as_olga.get("/portal/tickets")

        assert "Write your first request" in page.text
        assert page.html.count('href="/portal/tickets/new"') == 1

    def test_a_row_tells_status_last_words_number_and_time(self, as_carl, asked, answered):
        number = asked("carl", "The printer is on fire")
        answered(number, "Which floor is it on?")

        stands = "Waiting for your answer"
        assert rows(as_carl.get("/portal/tickets")) == [
            f"{stands} New: The printer is on fire Ana Agent: Which floor is it on? {stands} {number} , just now"
        ]

    def test_my_own_words_are_mine(self, as_carl, asked):
        number = asked("carl", "Title", "How does it work?")

        assert rows(as_carl.get("/portal/tickets")) == [
            f"We have it Title You: How does it work? We have it {number} , just now"
        ]

    def test_a_request_without_any_message_is_listed_too(self, as_carl, asked, acting):
        number = asked("carl", "Imported")
        with acting("ana"):
            db.session.scalars(select(Comment)).one().published_at = None

        assert rows(as_carl.get("/portal/tickets")) == [f"We have it Imported We have it {number} , just now"]
        assert as_carl.get(f"/portal/tickets/{number}").status == 200

    def test_an_internal_note_changes_nothing(self, as_carl, asked, deed):
        number = asked("carl")
        before = rows(as_carl.get("/portal/tickets"))

        deed("ana", note, number, content="He is impatient.")

        assert rows(as_carl.get("/portal/tickets")) == before

    def test_an_answer_that_is_held_back_is_not_there_yet(self, as_carl, asked, answered, acting):
        answered(asked("carl"), "Published later.")
        with acting("ana"):
            held = db.session.scalars(select(Comment).where(Comment.content == "Published later.")).one()
            held.published_at = None

        page = as_carl.get("/portal/tickets")

        assert "Published later." not in page.text
        assert "How does it work?" in page.text

    def test_solved_ones_have_a_list_of_their_own(self, as_carl, asked, deed):
        asked("carl", "Still open")
        deed("ana", resolve, asked("carl", "Done"))
        deed("ana", change_status, asked("carl", "Long done"), to=TicketStatus.CLOSED)

        opened, solved = as_carl.get("/portal/tickets"), as_carl.get("/portal/tickets?show=solved")

        assert titles(opened) == ["Still open"]
        assert titles(solved) == ["Long done", "Done"]
        assert "Open 1 Solved 2" in opened.text
        assert "Open 1 Solved 2" in solved.text

    def test_nothing_open_and_nothing_solved_say_so(self, as_carl, asked, deed):
        number = asked("carl")
        assert "Nothing solved yet" in as_carl.get("/portal/tickets?show=solved").text

        deed("ana", resolve, number)
        assert "Nothing is open. Nice." in as_carl.get("/portal/tickets").text

    def test_only_what_the_reader_may_see_is_listed(self, as_carl, asked, deed):
        asked("olga", "A stranger's")
        asked("cora", "A colleague's, not shared")
        deed("ana", delete, asked("carl", "Deleted"))
        asked("carl", "My own")

        page = as_carl.get("/portal/tickets")

        assert titles(page) == ["My own"]
        assert "Open 1 Solved 0" in page.text

    @pytest.mark.parametrize("sharing", [Sharing.NONE, Sharing.EVERYONE])
    def test_what_colleagues_share_is_not_among_my_own(self, as_carl, asked, acting, sharing):
        with acting("ada"):
            db.session.scalars(select(Organization)).one().sharing = sharing
        asked("cora", "Ours")

        assert rows(as_carl.get("/portal/tickets")) == []

    def test_where_i_take_part_it_is_among_my_own(self, as_carl, asked, acting):
        number = asked("olga", "Hers")
        with acting("ana") as ana:
            add_participant(ticket_numbered(number), person=person_named("carl"), by=ana)

        assert rows(as_carl.get("/portal/tickets")) == [
            f"We have it New: Hers Olga Other: How does it work? We have it {number} , just now from Olga Other"
        ]

    def test_pages_follow_each_other_without_gap_or_repeat(self, as_carl, asked):
        for minute in range(27):
            with clock.freeze(clock.now() - timedelta(minutes=minute)):
                asked("carl", f"Request {minute}")

        first = as_carl.get("/portal/tickets")
        older = re.search(r'href="([^"]+after=[^"]+)"', first.html)[1].replace("&amp;", "&")
        second = as_carl.get(older)
        newer = re.search(r'href="([^"]+before=[^"]+)"', second.html)[1].replace("&amp;", "&")

        assert titles(first) + titles(second) == [f"Request {minute}" for minute in range(27)]
        assert len(titles(first)) == 25
        assert titles(as_carl.get(newer)) == titles(first)

    def test_a_mark_that_is_not_ours_leads_to_the_first_page(self, as_carl, asked):
        asked("carl")

        page = as_carl.get("/portal/tickets?show=solved&after=xyz")

        assert (page.status, page.location) == (303, "/portal/tickets?show=solved")

    def test_the_statement_that_is_kept_shows_each_reader_theirs(self, as_carl, as_olga, asked):
        asked("carl", "Of Carl")
        asked("olga", "Of Olga")
        asked("olga", "Of Olga, too")

        pages = [reader.get("/portal/tickets") for reader in (as_carl, as_olga, as_carl)]

        assert [sorted(titles(page)) for page in pages] == [
            ["Of Carl"],
            ["Of Olga", "Of Olga, too"],
            ["Of Carl"],
        ]
        assert ['<span class="count">2</span>' in page.html for page in pages] == [False, True, False]

    @pytest.mark.parametrize("count", [1, 50])
    def test_one_row_costs_as_many_statements_as_fifty(self, as_carl, acting, cold, count):
        with acting("ana") as ana:
            carl = person_named("carl")
            for _ in range(count):
                ticket = open_ticket(requester=carl, by=carl, title="Many", description="Words.")
                reply(ticket, by=ana, content="An answer.")

        with counted_statements() as seen:
            page = cold_get(cold, as_carl, "/portal/tickets", seen)

        assert len(titles(page)) == min(count, 25)
        assert len(seen) == STATEMENTS_OF_THE_LIST, seen


class TestNew:
    def test_a_request_arrives_as_it_was_written(self, as_carl, facts):
        files = [
            (io.BytesIO(b"%PDF-1.4 delivery"), "delivery note.pdf"),
            (io.BytesIO(b"some text"), "log.txt"),
        ]

        sent = as_carl.post(
            "/portal/tickets",
            {"title": " The printer\tis on fire ", "content": "It burns.\r\n\r\nHelp!", "files": files},
        )
        number = sent.location.rpartition("/")[2]
        thanks = as_carl.get(sent.location)
        page = as_carl.get(f"/portal/tickets/{number}")

        assert (sent.status, thanks.status, page.status) == (303, 200, 200)
        assert f"Thank you, we have it. The printer is on fire Its number {number}" in thanks.text
        assert facts(number, Ticket.title, Ticket.description, Ticket.status) == (
            "The printer is on fire",
            "It burns.\n\nHelp!",
            TicketStatus.OPEN,
        )
        assert re.findall(r'title="([^"]+)">\1</span><span>([^<]+)', page.html) == [
            ("delivery note.pdf", "PDF, 17 bytes"),
            ("log.txt", "Text, 9 bytes"),
        ]

    def test_it_belongs_to_the_customer_and_their_organization(self, as_carl, acting):
        number = as_carl.post("/portal/tickets", {"title": "A", "content": "B"}).location.rpartition("/")[2]

        with acting("ana"):
            ticket, carl = ticket_numbered(number), person_named("carl")
            assert (ticket.requester_id, ticket.creator_id) == (carl.id, carl.id)
            assert ticket.organization_id == carl.organization_id is not None

    def test_the_trail_names_the_customer_and_the_web(self, as_carl, acting):
        as_carl.post("/portal/tickets", {"title": "A", "content": "B"})

        with acting("ana"):
            trail = db.session.execute(
                select(AuditLog.table_name, AuditLog.user_id, AuditLog.via)
                .order_by(AuditLog.id.desc())
                .limit(2)
            )
            carl = person_named("carl").id
            assert sorted(tuple(row) for row in trail) == [
                ("comments", carl, "web"),
                ("tickets", carl, "web"),
            ]

    def test_nobody_else_can_be_named_as_the_one_who_asks(self, as_carl, acting):
        with acting("ana"):
            olga = person_named("olga").id

        sent = as_carl.post("/portal/tickets", {"title": "A", "content": "B", "requester_id": str(olga)})

        with acting("ana"):
            assert ticket_numbered(sent.location.rpartition("/")[2]).requester_id == person_named("carl").id

    @pytest.mark.parametrize(
        "typed, complaint",
        [
            ({"title": "", "content": "B"}, "Give it a title"),
            ({"title": "A", "content": " \n "}, "Describe it"),
            ({"title": "x" * 301, "content": "B"}, "Field cannot be longer than 300 characters."),
            ({"title": "A", "content": "B", "submission_key": "none"}, ""),
            # what only the operation finds
            ({"title": "\x00", "content": "B"}, "Give it a title"),
            ({"title": "A", "content": "\x00"}, "Write something first."),
        ],
    )
    def test_a_refused_form_keeps_what_was_typed(self, as_carl, acting, typed, complaint):
        page = as_carl.post("/portal/tickets", typed)

        assert page.status == 422
        assert complaint in page.text
        assert f'value="{typed["title"]}"' in page.html
        with acting("ana"):
            assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0

    def test_too_many_files_are_refused_with_the_words_kept(self, as_carl, acting):
        files = [(io.BytesIO(b"x"), f"{each}.txt") for each in range(11)]

        page = as_carl.post("/portal/tickets", {"title": "Eleven", "content": "B", "files": files})

        assert page.status == 422
        assert "Choose 10 files at most." in page.text
        assert 'value="Eleven"' in page.html
        with acting("ana"):
            assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0

    def test_a_file_the_desk_does_not_take_undoes_the_whole_request(self, as_carl, acting, app, monkeypatch):
        monkeypatch.setattr("helpdesk.files.operations.configuration", SmallDesk)

        page = as_carl.post(
            "/portal/tickets",
            {"title": "Large", "content": "B", "files": [(io.BytesIO(b"x" * 2**20 + b"y"), "large.bin")]},
        )

        assert page.status == 413
        assert "“large.bin” is too large: a file may have 1 MB at most." in page.text
        assert 'value="Large"' in page.html
        with acting("ana"):
            assert db.session.scalar(select(func.count()).where(Ticket.title == "Large")) == 0

    def test_more_than_a_request_may_have_is_an_error_of_the_house(self, as_carl, app, monkeypatch):
        monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)

        page = as_carl.post(
            "/portal/tickets",
            {"title": "A", "content": "B", "files": [(io.BytesIO(b"x" * 2000), "large.bin")]},
        )

        assert page.status == 413
        assert "That is too large" in page.text
        assert "Nothing was saved." in page.text

    def test_without_the_token_nothing_is_sent(self, as_carl):
        page = as_carl.post("/portal/tickets", {"title": "A", "content": "B", "csrf_token": "forged"})

        assert page.status == 400

    def test_the_same_form_sent_ten_times_creates_one_request(self, own_app):
        key, places = str(uuid4()), []
        browsers = [person_in(own_app, "carl") for _ in range(10)]
        together = threading.Barrier(len(browsers))

        def send(browser):
            together.wait()
            sent = browser.post("/portal/tickets", {"title": "Once", "content": "B", "submission_key": key})
            places.append(sent.location)

        senders = [threading.Thread(target=send, args=[browser]) for browser in browsers]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()

        assert len(places) == 10
        assert set(places) == {"/portal/receipts/HD-1"}
        assert titles(browsers[0].get("/portal/tickets")) == ["Once"]

    def test_both_answers_to_a_double_click_name_the_number(self, as_carl):
        form = {"title": "Once", "content": "B", "submission_key": str(uuid4())}
        as_carl.post("/portal/tickets", form)
        as_carl.get("/portal/tickets")

        page = as_carl.post("/portal/tickets", form, follow=True)

        assert "Thank you, we have it. Once Its number HD-" in page.text

    def test_a_refused_form_can_be_sent_again_with_the_same_key(self, as_carl):
        key = str(uuid4())
        as_carl.post("/portal/tickets", {"title": "A", "content": "\x00", "submission_key": key})

        sent = as_carl.post("/portal/tickets", {"title": "A", "content": "B", "submission_key": key})

        assert sent.status == 303


class TestShow:
    def test_the_conversation_is_told_in_customers_words(self, as_carl, asked, answered):
        number = asked("carl", "The printer is on fire", "It burns.\n\nPlease help.")
        answered(number, "Which floor?")

        page = as_carl.get(f"/portal/tickets/{number}")

        assert re.findall(r'<b dir="auto">([^<]+)</b>(?:<span dir="auto">([^<]+)</span>)?', page.html) == [
            ("You", "to Test desk"),
            ("Ana Agent", "Test desk"),
        ]
        assert "<p>It burns.</p><p>Please help.</p>" in page.html
        assert "Ana Agent has a question for you. Answer below." in page.text
        assert "Status Waiting for your answer" in page.text

    def test_notes_and_events_of_staff_are_not_in_it(self, as_carl, asked, deed, acting):
        number = asked("carl")
        before = unlike(as_carl.get(f"/portal/tickets/{number}"))

        deed("ana", note, number, content="He is impatient.")

        assert unlike(as_carl.get(f"/portal/tickets/{number}")) == before

    def test_the_number_may_be_typed_as_people_do(self, as_carl, number):
        assert as_carl.get(f"/portal/tickets/{number.lower()}").status == 200

    def test_anothers_and_none_look_the_same(self, as_olga, number):
        foreign, missing = as_olga.get(f"/portal/tickets/{number}"), as_olga.get("/portal/tickets/HD-99999")

        assert (foreign.status, missing.status) == (404, 404)
        assert unlike(foreign) == unlike(missing)
        varying = {"Content-Security-Policy", "X-Request-Id", "Content-Length", "Set-Cookie"}
        assert [pair for pair in foreign.headers if pair[0] not in varying] == [
            pair for pair in missing.headers if pair[0] not in varying
        ]
        assert foreign.headers["Content-Length"] == missing.headers["Content-Length"]

    @pytest.mark.parametrize("deed_on", ["replies", "closure", "reopening"])
    def test_nothing_can_be_done_to_anothers(self, as_olga, number, deed_on, facts):
        sent = as_olga.post(f"/portal/tickets/{number}/{deed_on}", {"content": "Mine!"})

        assert sent.status == 404
        assert facts(number, Ticket.status) is TicketStatus.OPEN

    def test_a_deleted_one_is_not_there(self, as_carl, number, deed):
        deed("ana", delete, number)

        assert as_carl.get(f"/portal/tickets/{number}").status == 404

    def test_a_participant_reads_and_answers_but_does_not_settle(self, browser, asked, deed, acting, facts):
        number = asked("carl")
        with acting("ana") as ana:
            add_participant(ticket_numbered(number), person=person_named("olga"), by=ana)
        as_olga = browser("olga")

        page = as_olga.get(f"/portal/tickets/{number}")
        written = as_olga.post(f"/portal/tickets/{number}/replies", {"content": "I saw it too."})
        closed = as_olga.post(f"/portal/tickets/{number}/closure")

        assert "In this conversation OO You CC Carl Customer" in page.text
        assert "Solved, thank you" not in page.text
        assert (written.status, closed.status) == (303, 403)
        assert facts(number, Ticket.status) is TicketStatus.OPEN

    def test_somebody_without_a_name_is_never_called_by_address(self, as_carl, asked, answered, acting):
        number = asked("carl")
        answered(number)
        with acting("ana") as ana:
            add_participant(ticket_numbered(number), person=person_named("olga"), by=ana)
            person_named("olga").full_name = ""
            ana.full_name = ""

        page = as_carl.get(f"/portal/tickets/{number}")

        assert "Test desk has a question for you." in page.text
        assert "Somebody" in page.text
        assert "@" not in page.text

    @pytest.mark.parametrize("count", [1, 50])
    def test_one_letter_costs_as_many_statements_as_fifty(self, as_carl, asked, acting, cold, count):
        number = asked("carl")
        with acting("ana") as ana:
            for _ in range(count - 1):
                reply(ticket_numbered(number), by=ana, content="More.")

        with counted_statements() as seen:
            page = cold_get(cold, as_carl, f"/portal/tickets/{number}", seen)

        assert page.html.count('<article class="letter"') == count
        assert len(seen) == STATEMENTS_OF_A_REQUEST, seen


def test_every_word_of_ours_can_be_translated(pseudo, as_carl, asked, answered, deed, acting):
    number = asked("carl")
    answered(number)
    with acting("ana"):
        db.session.scalars(select(Organization)).one().sharing = Sharing.EVERYONE
        person_named("carl").organization_role = OrganizationRole.MANAGER
    asked("cora")
    pages = [
        "/portal/tickets",
        "/portal/tickets?show=solved",
        "/portal/tickets?q=nothing",
        "/portal/tickets/new",
        "/portal/organization",
        "/portal/colleagues",
        f"/portal/receipts/{number}",
        f"/portal/tickets/{number}/print",
        f"/portal/tickets/{number}",
    ]
    forgotten = [untranslated(as_carl.get(path).html) for path in pages]
    deed("ana", resolve, number)
    forgotten.append(untranslated(as_carl.get(pages[-1]).html))

    assert forgotten == [[]] * 10


class SmallDesk:
    max_upload_mb = 1


def person_in(app, name):
    client = app.test_client()
    token = sign_in(app, name)
    with client.session_transaction() as session:
        session["sid"] = token
    return Browser(app, client)
