"""A ticket's page: what it shows, to whom, and what it costs; and opening one on behalf of somebody."""

import io
import re
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.permissions import Permission
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment, Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import (
    Upload,
    change_status,
    change_tags,
    delete,
    move_to_team,
    note,
    reply,
    set_priority,
    take,
    watch,
)
from tests.conftest import person_named
from tests.support.at_once import at_once
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.agents.conftest import first_line

STATEMENTS = (
    12  # role, session, presence, switch, ticket, trail, names, others, messages, choices, counts, alarms
)
CEILING = 12


def thread(page):
    """The messages and events of the page, one line each."""
    inside = page.html.partition('id="thread"')[2].partition('id="ticket-news"')[0]
    found = re.findall(
        r'(?s)<article class="message.*?</article>|<(?:div|details) class="event".*?</(?:div|details)>',
        inside,
    )
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


def history(page):
    listed = page.html.partition('<ol class="history">')[2].partition("</ol>")[0]
    lines = re.findall(r"(?s)<li>(.*?)<time", listed)
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines]


class TestPage:
    def test_the_conversation_is_told_oldest_first_with_what_happened_between(self, as_ana, asked, deed):
        number = asked(content="It burns.")
        deed("ben", take, number)
        deed("ben", note, number, content="It really does.")
        deed("ben", reply, number, content="Use water.")
        deed("carl", reply, number, content="It worked.")
        deed("ben", change_status, number, to=TicketStatus.RESOLVED)

        found = [re.sub(r"\d\d:\d\d", "–", line) for line in thread(as_ana.get(f"/agent/tickets/{number}"))]

        assert found == [
            "CC Carl Customer – It burns.",
            "Ben Brown took it; set status from Open to In progress –",
            "Internal note · customers never see this BB Ben Brown – It really does.",
            (
                "BB Ben Brown to Carl Customer To Carl Customer &lt;carl@customer.example&gt; Reply – Use water."
                " 1 mail waits to be sent carl@customer.example Waiting –"
            ),
            "CC Carl Customer – It worked.",
            "Ben Brown set status from Open to Resolved –",
        ]

    def test_several_changes_between_two_messages_fold_into_one_line(self, as_ana, asked, deed):
        number = asked()
        deed("ben", take, number)
        deed("ana", change_tags, number, add=["fire"])
        deed("ana", set_priority, number, to=TicketPriority.HIGH)

        (_opening, event) = thread(as_ana.get(f"/agent/tickets/{number}"))

        assert event.startswith("Ben Brown and Ana Agent made 4 changes Show")
        assert "Ana Agent added fire to its tags" in event

    def test_two_deeds_of_one_person_are_said_and_three_are_counted(self, as_ana, asked, deed):
        def told():
            return [
                re.sub(r" \d\d:\d\d$", "", line)
                for line in thread(as_ana.get(f"/agent/tickets/{number}"))[1:]
            ]

        number = asked()
        deed("ben", change_tags, number, add=["fire"])
        deed("ben", set_priority, number, to=TicketPriority.HIGH)
        assert told() == ["Ben Brown added fire to its tags; set priority from Medium to High"]

        deed("ben", change_tags, number, remove=["fire"])
        assert told()[0].startswith("Ben Brown made 3 changes Show")

    def test_an_answer_that_settles_the_ticket_says_so(self, as_ana, asked, deed):
        number = asked()
        deed("ben", reply, number, content="Done.", status=TicketStatus.RESOLVED)

        (_opening, _answer, event) = thread(as_ana.get(f"/agent/tickets/{number}"))

        assert event.startswith("Ben Brown set status from Open to Resolved")

    def test_the_history_tells_every_change_newest_first(self, as_ana, asked, deed):
        number = asked()
        deed("ben", watch, number)
        deed("ben", reply, number, content="Use water.", uploads=[Upload("hose.txt", io.BytesIO(b"hose"))])

        assert history(as_ana.get(f"/agent/tickets/{number}")) == [
            "Ben Brown replied; attached “hose.txt”; set status from Open to Waiting on customer",
            "Ben Brown started to watch it",
            "Carl Customer opened the ticket",
        ]

    def test_files_have_their_name_size_and_a_way_to_them(self, as_ana, asked, acting):
        number = asked(uploads=[Upload("plan.txt", io.BytesIO(b"plan" * 1000))])
        with acting("ada"):
            public_id = db.session.scalars(select(Attachment.public_id)).one()

        page = as_ana.get(f"/agent/tickets/{number}")

        assert f'href="/files/{public_id}"' in page.html
        assert "plan.txt Text, 4 kB" in page.text

    def test_the_side_tells_who_asked_and_what_else(self, as_ana, asked, deed):
        number = asked()
        others = [asked(title=f"Another {number}") for number in range(4)]
        deed("ben", watch, number)

        page = as_ana.get(f"/agent/tickets/{number}")

        assert (
            "Carl Customer Customer Inc carl@customer.example Add a note about them Properties" in page.text
        )
        assert "Also from Carl Customer 4 Open Another" in page.text
        assert sum(f'href="/agent/tickets/{other}"' in page.html for other in others) == 3
        assert "Watchers Watch BB Ben Brown" in page.text

    def test_a_ticket_opened_for_somebody_says_by_whom(self, as_ana, acting):
        with acting("ben") as ben:
            from helpdesk.tickets.operations import open_ticket

            number = open_ticket(
                requester=person_named("carl"), by=ben, title="Called", description="He called."
            ).ticket_number

        assert "BB Ben Brown on behalf of Carl Customer" in as_ana.get(f"/agent/tickets/{number}").text

    def test_the_way_back_is_the_queue_the_ticket_is_in(self, as_ana, asked, deed):
        free, mine, bens = asked(), asked(), asked()
        deed("ana", take, mine)
        deed("ben", take, bens)

        pages = [as_ana.get(f"/agent/tickets/{number}").html for number in (free, mine, bens)]
        backs = [re.search(r'(?s)class="crumbs">.*?<a [^>]*href="([^"]+)"', page).group(1) for page in pages]

        assert backs == ["/agent/queues/unassigned", "/agent/queues/mine", "/agent/queues/open"]

    def test_what_people_wrote_is_shown_and_never_run(self, as_ana, asked, deed):
        nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
        number = asked(title=nasty, content=nasty, uploads=[Upload(f"{nasty}.txt", io.BytesIO(b"x"))])
        deed("ben", note, number, content=nasty)

        page = as_ana.get(f"/agent/tickets/{number}")

        assert "<img src=x" not in page.html
        assert "<script>alert" not in page.html

    def test_every_word_is_translated(self, pseudo, as_ada, asked, deed):
        number = asked(uploads=[Upload("plan.txt", io.BytesIO(b"plan"))])
        asked(title="Another")
        deed("ben", take, number)
        deed("ben", change_tags, number, add=["fire"])
        deed("ben", note, number, content="A note.")
        deed("ben", watch, number)
        deed("ben", reply, number, content="Done.", status=TicketStatus.RESOLVED)

        assert untranslated(as_ada.get(f"/agent/tickets/{number}").html) == []
        assert untranslated(as_ada.get("/agent/tickets/new").html) == []

    @pytest.mark.parametrize("count", [1, 50])
    def test_it_costs_the_same_for_one_message_and_for_fifty(self, as_ada, cold, asked, deed, count):
        number = asked(uploads=[Upload("plan.txt", io.BytesIO(b"plan"))])
        asked(title="Another")
        deed("ben", take, number)
        for each in range(1, count):
            deed("ben" if each % 2 else "carl", reply, number, content=f"Message {each}")
        browser = cold(as_ada)

        with counted_statements() as statements:
            page = browser.get(f"/agent/tickets/{number}")

        assert page.html.count("<article") == count
        assert len(statements) == STATEMENTS <= CEILING


class TestRights:
    @pytest.mark.parametrize(
        "number", ["HD-999999", "XY-1", "1e9", "HD-", "HD-99999999999999999999", "..%2F"]
    )
    def test_a_number_that_is_none_is_not_found(self, as_ana, number):
        assert as_ana.get(f"/agent/tickets/{number}").status == 404

    def test_nothing_is_done_to_a_number_that_is_none(self, as_ana):
        assert as_ana.post("/agent/tickets/XY-1/assignment").status == 404

    def test_customers_are_led_home(self, as_carl, number):
        assert as_carl.get(f"/agent/tickets/{number}").location == "/portal/tickets"
        assert (
            as_carl.post(f"/agent/tickets/{number}/replies", {"content": "x"}).location == "/portal/tickets"
        )

    def test_a_deleted_ticket_is_not_found(self, as_ada, number, deed):
        deed("ada", delete, number)

        assert as_ada.get(f"/agent/tickets/{number}").status == 404

    def test_a_foreign_teams_ticket_is_not_found_until_it_is_theirs(self, as_ben, number, deed, permitted):
        permitted("ben", Permission.SEE_TEAM_TICKETS, Permission.ANSWER_TICKETS, Permission.CHANGE_TICKETS)
        page, answer = f"/agent/tickets/{number}", {"content": "Mine."}

        assert as_ben.get(page).status == 404
        assert as_ben.post(f"{page}/replies", answer).status == 404
        assert as_ben.post(f"{page}/assignment").status == 404

        deed("ada", lambda ticket, by: move_to_team(ticket, team=first_line(), by=by), number)

        assert as_ben.get(page).status == 200
        assert as_ben.post(f"{page}/replies", answer).status == 303

    def test_who_may_only_read_sees_no_controls_and_can_do_nothing(self, as_ben, number, permitted):
        permitted("ben", Permission.SEE_EVERY_TICKET)
        page = as_ben.get(f"/agent/tickets/{number}")

        assert page.status == 200
        actions = set(re.findall(r'\b(?:form)?action="(/[^"]+)"', page.html))
        assert actions == {"/logout", "/agent/preferences/theme", "/agent/search"}
        for deed, form in (
            ("replies", {"content": "x"}),
            ("notes", {"content": "x"}),
            ("properties", {"new-status": "closed", "seen-status": "open"}),
            ("tags", {"add": "x"}),
            ("assignment", {}),
            ("resolution", {}),
            ("closure", {}),
            ("reopening", {}),
            ("deletion", {}),
        ):
            assert as_ben.post(f"/agent/tickets/{number}/{deed}", form).status == 403
        assert as_ben.get(f"/agent/tickets/{number}/properties/edit").status == 403
        assert as_ben.get(f"/agent/tickets/{number}/deletion/new").status == 403
        assert as_ben.get("/agent/tickets/new").status == 403
        assert as_ben.post("/agent/tickets", {}).status == 403

    def test_who_may_only_answer_changes_nothing(self, as_ben, number, permitted):
        permitted("ben", Permission.SEE_EVERY_TICKET, Permission.ANSWER_TICKETS)
        page = as_ben.get(f"/agent/tickets/{number}")

        assert 'id="reply"' in page.html
        assert "new-status" not in page.html
        assert f"/agent/tickets/{number}/resolution" not in page.html

    def test_who_may_only_change_saves_without_a_composer(self, as_ben, number, permitted, facts):
        permitted("ben", Permission.SEE_EVERY_TICKET, Permission.CHANGE_TICKETS)
        page = as_ben.get(f"/agent/tickets/{number}")

        assert 'id="reply"' not in page.html
        assert page.html.count('form="properties"') == 11  # five fields, what was seen of them, the button
        as_ben.post(f"/agent/tickets/{number}/properties", {"new-priority": "low", "seen-priority": "medium"})
        assert facts(number, Ticket.priority) is TicketPriority.LOW

    def test_somebody_who_left_stays_the_assignee_on_the_page(self, as_ana, number, deed, acting, person_id):
        deed("ben", take, number)
        with acting("ada"):
            person_named("ben").is_active = False

        page = as_ana.get(f"/agent/tickets/{number}")

        assert f'<option value="{person_id("ben")}" selected>Ben Brown</option>' in page.html
        saved = as_ana.post(
            f"/agent/tickets/{number}/properties",
            {"new-assignee": person_id("ben"), "seen-assignee": person_id("ben")},
        )
        assert saved.status == 303


class TestOpening:
    form = {
        "requester": "carl@customer.example",
        "title": "He called",
        "description": "The printer again.",
        "priority": "high",
        "team": "",
    }

    def test_a_ticket_for_somebody_we_know_is_theirs(self, as_ana, facts):
        sent = as_ana.post("/agent/tickets", self.form)

        number = sent.location.rpartition("/")[2]
        assert sent.status == 303
        assert facts(number, Ticket.title, Ticket.priority, Ticket.via) == (
            "He called",
            TicketPriority.HIGH,
            Via.PHONE,
        )
        page = as_ana.get(sent.location)
        assert "AA Ana Agent on behalf of Carl Customer" in page.text

    def test_somebody_new_becomes_a_customer_with_an_unproven_address(self, as_ana, acting):
        as_ana.post(
            "/agent/tickets", {**self.form, "requester": "New.Person@Else.Example", "name": "New Person"}
        )

        with acting("ada"):
            found = db.session.execute(
                select(User.full_name, User.is_staff, EmailAddress.email, EmailAddress.verified_at)
                .join(User.addresses)
                .where(EmailAddress.email_key == "new.person@else.example")
            ).one()
        assert tuple(found) == ("New Person", False, "New.Person@else.example", None)

    def test_files_come_along(self, as_ana):
        sent = as_ana.post(
            "/agent/tickets",
            {**self.form, "files": (io.BytesIO(b"plan"), "plan.txt")},
            content_type="multipart/form-data",
            follow=True,
        )

        assert "plan.txt" in sent.text

    @pytest.mark.parametrize(
        "wrong, words",
        [
            ({"requester": ""}, "Whose ticket is it?"),
            ({"requester": "carl@"}, "This is not an e-mail address"),
            ({"requester": "carl"}, "Choose who it is, or type an e-mail address."),
            ({"requester": "xyz"}, "Nobody is called that. Type an e-mail address"),
            ({"requester": "carl@customer.example\x00"}, "This is not an e-mail address"),
            ({"title": " "}, "Give it a title"),
            ({"title": "x" * 301}, "300"),
            ({"description": "\x00"}, "Write something first."),
            ({"priority": "huge"}, "Invalid"),
            ({"team": "999999999999999999999"}, "Not a valid choice"),
            ({"requester": "somebody@new.example", "name": "x" * 201}, "200"),
        ],
    )
    def test_what_is_wrong_is_said_and_the_rest_kept(self, as_ana, acting, wrong, words):
        page = as_ana.post("/agent/tickets", {**self.form, "title": "He <called>", **wrong})

        assert page.status == 422
        assert words in page.text
        assert "title" in wrong or 'value="He &lt;called&gt;"' in page.html
        with acting("ada"):
            assert db.session.scalar(select(func.count(Ticket.id))) == 0
            assert (
                db.session.scalar(select(EmailAddress).where(EmailAddress.email == "somebody@new.example"))
                is None
            )

    def test_a_double_click_opens_one_ticket(self, real_desk):
        key = str(uuid4())
        browsers = [real_desk.browser("ana") for _ in range(5)]
        form = {**self.form, "requester": "new@else.example", "submission_key": key}

        answers = at_once(
            [lambda browser=browser: browser.post("/agent/tickets", form) for browser in browsers]
        )

        assert {answer.location for answer in answers} == {"/agent/tickets/HD-1"}
        assert real_desk.rows(select(Ticket.title)) == [("He called",)]

    def test_two_agents_open_tickets_for_the_same_new_person_at_once(self, real_desk):
        browsers = [real_desk.browser(name) for name in ("ana", "ben")]
        form = {**self.form, "requester": "new@else.example"}

        answers = at_once(
            [lambda browser=browser: browser.post("/agent/tickets", form) for browser in browsers]
        )

        assert [answer.status for answer in answers] == [303, 303]
        requesters = real_desk.rows(
            select(EmailAddress.email).join(Ticket, Ticket.requester_id == EmailAddress.user_id)
        )
        assert requesters == [("new@else.example",), ("new@else.example",)]

    def test_who_sees_only_their_teams_opens_tickets_there(self, as_ben, permitted, team_id):
        permitted("ben", Permission.SEE_TEAM_TICKETS, Permission.ANSWER_TICKETS)
        page = as_ben.get("/agent/tickets/new")

        assert "No team" not in page.html
        sent = as_ben.post("/agent/tickets", {**self.form, "team": team_id})
        assert as_ben.get(sent.location).status == 200
        assert as_ben.post("/agent/tickets", self.form).status == 422
