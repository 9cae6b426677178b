"""The bar's answer and note: written once, looked at as each ticket gets it, sent under the rights of who asked."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from helpdesk.accounts.permissions import Permission
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core.db import db
from helpdesk.mail.models import MailPurpose, OutboxMessage
from helpdesk.queues.models import SavedView
from helpdesk.queues.operations import Audience, Content, change_view, create_view
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.bulk import editing
from helpdesk.tickets.models import HeldComment, Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import change_status, change_tags, delete, move_to_team
from helpdesk.web.agents import bulk_deeds
from tests.support.readable import untranslated
from tests.web.agents.conftest import first_line
from tests.web.agents.test_bulk_edits import PATH, do, hidden
from tests.web.agents.test_bulk_progress import undo_in

WORDS = "We know of it & work on it."


def ours(query):
    return Content(name="Ours", query=query, audience=Audience.EVERYONE)


@pytest.fixture
def five(asked):
    return [asked(title=f"ticket {number}") for number in range(5)]


@pytest.fixture
def signed(acting):
    """Ana has a signature."""
    with acting("ana") as ana:
        ana.signature = "Ana, First line"


@pytest.fixture
def letters(acting):
    """Whose tickets an answer is mailed on, in order."""

    def look():
        with acting("ada"):
            sent = select(Ticket.ticket_number).join(OutboxMessage, OutboxMessage.ticket_id == Ticket.id)
            answers = sent.where(OutboxMessage.purpose == MailPurpose.TICKET_ANSWERED)
            return list(db.session.scalars(answers.order_by(Ticket.id)))

    return look


def form_in(page):
    """What the form of the page sends as it stands there: its hidden fields and the text."""
    form = re.search(rf'(?s)<form [^>]*action="{PATH}".*?</form>', page.html).group()
    fields = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(value)
    for field in re.findall(r'<input id="\w+" name="\w+" type="hidden" value="[^"]*"', form):
        name, value = re.search(r'name="(\w+)".*value="([^"]*)"', field).groups()
        fields[name] = value
    text = re.search(r'(?s)<textarea[^>]* name="content"[^>]*>(.*?)</textarea>', form).group(1)
    return {**fields, "content": unescape(text)}


def write(browser, deed, numbers=(), *, follow=True, **more):
    return browser.post(
        PATH,
        {"in": "open", "number": list(numbers), "deed": deed, "content": WORDS, **more},
        follow=follow,
    )


class TestAnAnswer:
    def test_is_written_looked_at_and_sent(self, as_ana, five, letters, messages, facts):
        paper = do(as_ana, "reply", five[:3])
        assert "Reply on 3 tickets" in paper.text
        assert all(number in paper.text for number in five[:3])

        look = as_ana.post(PATH, {**form_in(paper), "content": WORDS}, follow=True)
        assert "Reply on 3 tickets?" in look.text
        assert "3 letters leave, to Carl Customer" in look.text
        assert "They cannot be taken back." in look.text
        assert "<p>We know of it &amp; work on it.</p>" in look.html
        assert letters() == []

        done = as_ana.post(PATH, form_in(look), follow=True)
        assert "3 answers are on their way." in done.text
        assert letters() == five[:3]
        assert [len(messages(number)) for number in five] == [2, 2, 2, 1, 1]
        assert messages(five[0])[1] == (WORDS, False)
        assert facts(five[0], Ticket.status) is TicketStatus.WAITING_ON_CUSTOMER

    def test_can_resolve_and_is_signed(self, as_ana, signed, five, facts, messages):
        look = write(as_ana, "reply", five, status="resolved", signature="1")
        assert "Reply on 5 tickets, then “Resolved”?" in look.text
        assert "Ana, First line" in look.text

        done = as_ana.post(PATH, form_in(look), follow=True)

        assert "5 answers are on their way, and set their tickets to “Resolved”." in done.text
        assert [facts(number, Ticket.status) for number in five] == [TicketStatus.RESOLVED] * 5
        assert messages(five[0])[1][0] == f"{WORDS}\n\nAna, First line"

    def test_is_unsigned_where_the_signature_was_taken_out(self, as_ana, signed, five):
        paper = do(as_ana, "reply", five[:2])
        look = write(as_ana, "reply", five[:2])
        again = as_ana.post(PATH, {**form_in(look), "again": "1"})

        assert re.search(r'name="signature"[^>]* checked', paper.html)
        assert "Ana, First line" not in look.text
        assert not re.search(r'name="signature"[^>]* checked', again.html)

    def test_names_those_it_would_not_be_written_on(self, as_ana, five, deed, letters):
        deed("ana", change_status, five[0], to=TicketStatus.CLOSED)

        look = write(as_ana, "reply", five, status="resolved")
        done = as_ana.post(PATH, form_in(look), follow=True)

        assert "1 stays as it is: This ticket is closed." in look.text
        assert "4 letters leave" in look.text
        assert "and set their tickets to “Resolved”. 1 was left as it is: This ticket is closed." in done.text
        assert letters() == five[1:]

    def test_can_be_changed_after_the_look(self, as_ana, five):
        look = write(as_ana, "reply", five[:2], status="resolved")

        again = as_ana.post(PATH, {**form_in(look), "again": "1"})

        assert again.status == 200
        assert form_in(again)["content"] == WORDS
        assert '<option value="resolved" selected' in again.html

    @pytest.mark.parametrize(
        "text, said", [(" \n", "Write something first."), ("x" * 100_001, "Say it shorter")]
    )
    def test_that_says_nothing_or_never_ends_comes_back(self, as_ana, five, letters, text, said):
        page = write(as_ana, "reply", five, content=text)

        assert page.status == 422
        assert said in page.text
        assert letters() == []

    def test_sent_twice_leaves_once(self, as_ana, five, letters):
        form = form_in(write(as_ana, "reply", five[:2]))

        as_ana.post(PATH, form)
        as_ana.post(PATH, form)

        assert letters() == five[:2]

    def test_never_leaves_without_a_look(self, as_ana, five, letters):
        assert "Reply on 5 tickets?" in write(as_ana, "reply", five).text
        assert write(as_ana, "reply", five, confirms="2").status == 409
        assert write(as_ana, "reply", five, confirms="x").status == 400
        assert letters() == []

    def test_on_very_many_is_confirmed_twice(self, as_ana, five, letters, monkeypatch):
        monkeypatch.setattr(bulk_deeds, "ASKS_AGAIN", 4)
        look = write(as_ana, "reply", five)
        assert "I mean it: 5 letters leave" in look.text

        unsure = as_ana.post(PATH, form_in(look), follow=True)
        assert unsure.status == 422
        assert "Tick this first" in unsure.text
        assert letters() == []

        sure = as_ana.post(PATH, {**form_in(unsure), "is_sure": "1"}, follow=True)
        assert "5 answers are on their way." in sure.text

    def test_on_too_many_is_refused_and_the_text_stays_in_sight(self, as_ana, five, monkeypatch):
        monkeypatch.setattr(bulk_deeds, "MOST_WRITTEN", 4)

        page = write(as_ana, "reply", five)

        assert page.status == 422
        assert "More than 4 tickets match" in page.text
        assert WORDS in page.text

    def test_is_harmless_markup(self, as_ana, five):
        look = write(as_ana, "reply", five, content="<script>alert(1)</script>")

        assert "<script>alert" not in look.html
        assert "&lt;script&gt;" in look.html


class TestUndo:
    @pytest.fixture(autouse=True)
    def ten_seconds(self, acting):
        with acting("ada"):
            change_settings(undo_send_seconds=10)

    def test_takes_back_what_has_not_left(self, as_ana, five, letters, acting):
        look = write(as_ana, "reply", five)
        assert "Each answer waits 10 seconds before it leaves: until then Undo takes it back." in look.text
        assert "What has left cannot be taken back." in look.text

        done = as_ana.post(PATH, form_in(look), follow=True)
        undone = as_ana.post(undo_in(done), {"to": "list"}, follow=True)

        assert "5 answers were taken back before they left." in undone.text
        assert letters() == []
        with acting("ada"):
            assert db.session.scalars(select(HeldComment.comment_id)).all() == []

    def test_is_told_on_the_page_of_the_edit_with_the_words(self, app, as_ana, five, monkeypatch):
        monkeypatch.setattr(editing, "AT_ONCE", 1)
        monkeypatch.setattr(editing, "PIECE", 2)
        address = as_ana.post(PATH, form_in(write(as_ana, "reply", five)), follow=False).location
        assert "0 of 5 gone through" in as_ana.get(address).text
        run_waiting_jobs(app)

        page = as_ana.get(address)

        assert "Undo takes back the answers that have not left yet." in page.text
        assert "An answer that has left cannot be taken back." in page.text
        assert WORDS in page.text

    def test_of_a_note_is_not_offered(self, as_ana, five):
        done = write(as_ana, "note", five)

        assert "5 tickets have the note." in done.text
        assert undo_in(done) is None
        assert "Notes stay on their tickets." in as_ana.get(_latest(as_ana)).text


def _latest(browser):
    return re.search(rf'href="({PATH}/[\w-]+)" dir', browser.get(PATH).html).group(1)


class TestANote:
    def test_on_ticked_tickets_is_added_at_once(self, as_ana, five, messages, letters, facts):
        paper = do(as_ana, "note", five[:2])
        assert "Only staff will see this." in paper.text
        assert "Add the note to 2 tickets" in paper.text

        done = as_ana.post(PATH, {**form_in(paper), "content": WORDS}, follow=True)

        assert "2 tickets have the note." in done.text
        assert messages(five[0])[1] == (WORDS, True)
        assert len(messages(five[2])) == 1
        assert letters() == []
        assert facts(five[0], Ticket.status) is TicketStatus.OPEN

    def test_on_all_that_match_is_looked_at_first(self, as_ana, five, deed, messages):
        deed("ana", change_tags, five[0], add=["vip"])

        look = write(as_ana, "note", all="1", q="tag:vip")
        assert "Add the note to 1 ticket?" in look.text
        assert "Nobody is mailed." in look.text
        assert "A note stays: it cannot be taken back." in look.text
        as_ana.post(PATH, form_in(look))

        assert [len(messages(number)) for number in five] == [2, 1, 1, 1, 1]


class TestRights:
    @pytest.mark.parametrize("name", ["reply", "note"])
    def test_who_may_not_answer_is_refused(self, as_ben, five, permitted, name):
        permitted("ben", Permission.SEE_EVERY_TICKET, Permission.CHANGE_TICKETS)

        assert write(as_ben, name, five).status == 403
        assert as_ben.get(f"{PATH}/new?in=open&all=1&deed={name}").status == 403
        assert 'value="reply"' not in as_ben.get("/agent/queues/open").html

    def test_who_may_only_answer_has_the_bar_for_that(self, as_ben, five, permitted):
        permitted("ben", Permission.SEE_EVERY_TICKET, Permission.ANSWER_TICKETS)

        page = as_ben.get("/agent/queues/open")

        assert 'value="reply"' in page.html
        assert 'value="status:resolved"' not in page.html
        assert "1 ticket has the note." in write(as_ben, "note", five[:1]).text

    @pytest.mark.parametrize("name", ["reply", "note"])
    def test_on_foreign_tickets_is_as_if_they_did_not_exist(
        self, as_ben, five, permitted, deed, messages, letters, name
    ):
        deed("ada", lambda ticket, by: move_to_team(ticket, team=first_line(), by=by), five[0])
        permitted("ben", Permission.SEE_TEAM_TICKETS, Permission.ANSWER_TICKETS)

        paper = do(as_ben, name, [five[0], five[1], "HD-999999"])
        page = write(as_ben, name, [five[0], five[1], "HD-999999"])
        done = as_ben.post(PATH, form_in(page), follow=True) if name == "reply" else page

        assert "on 1 ticket" in paper.text
        assert five[1] not in paper.text
        assert ("1 answer is on its way." if name == "reply" else "1 ticket has the note.") in done.text
        assert len(messages(five[1])) == 1
        assert five[1] not in letters()

    @pytest.mark.parametrize("name", ["reply", "note"])
    def test_nobody_writes_on_what_is_in_the_bin(self, as_ada, five, deed, messages, name):
        deed("ada", delete, five[0])

        assert write(as_ada, name, five[:1], **{"in": "bin"}).status == 404
        assert as_ada.get(f"{PATH}/new?in=bin&all=1&deed={name}").status == 404
        assert len(messages(five[0])) == 1

    def test_customers_and_strangers_come_nowhere(self, as_carl, as_nobody, five, messages):
        assert write(as_carl, "note", five, follow=False).location == "/portal/tickets"
        assert "/login" in write(as_nobody, "note", five, follow=False).location
        assert len(messages(five[0])) == 1


class TestAChangedList:
    """A view that somebody changes between the look and the deed asks for other tickets."""

    @pytest.fixture
    def view(self, acting, five, deed):
        for number in five[:2]:
            deed("ana", change_tags, number, add=["vip"])
        for number in five[2:4]:
            deed("ana", change_tags, number, add=["spam"])
        with acting("ada") as ada:
            return create_view(ours("tag:vip"), by=ada).slug

    @pytest.fixture
    def turn(self, acting, view):
        def change(query):
            with acting("ada") as ada:
                found = db.session.scalars(select(SavedView).where(SavedView.slug == view)).one()
                change_view(found, ours(query), by=ada)

        return change

    def test_changes_nothing_and_is_shown_again(self, as_ana, five, view, turn, facts):
        look = do(as_ana, "priority:urgent", slug=view, all="1")
        turn("tag:spam")

        again = as_ana.post(PATH, hidden(look), follow=True)

        assert again.status == 409
        assert "Meanwhile this list was changed" in again.text
        assert [facts(number, Ticket.priority) for number in five] == [TicketPriority.MEDIUM] * 5
        as_ana.post(PATH, hidden(again))
        assert [facts(number, Ticket.priority) for number in five].count(TicketPriority.URGENT) == 2

    def test_mails_nobody_and_keeps_the_text(self, as_ana, view, turn, letters):
        look = write(as_ana, "reply", all="1", **{"in": view})
        turn("tag:spam")

        again = as_ana.post(PATH, form_in(look), follow=True)

        assert again.status == 409
        assert form_in(again)["content"] == WORDS
        assert letters() == []

    def test_that_says_the_same_in_other_words_is_the_same(self, as_ana, view, turn):
        look = do(as_ana, "priority:urgent", slug=view, all="1")
        turn("  tag:vip ")

        assert "2 tickets now have" in as_ana.post(PATH, hidden(look), follow=True).text

    def test_that_is_gone_changes_nothing(self, as_ana, acting, view, letters):
        look = write(as_ana, "reply", all="1", **{"in": view})
        with acting("ada"):
            db.session.delete(db.session.scalars(select(SavedView).where(SavedView.slug == view)).one())

        gone = as_ana.post(PATH, form_in(look), follow=True)

        assert gone.status == 404
        assert WORDS in gone.text
        assert letters() == []


def test_every_word_is_translated(pseudo, as_ana, signed, five, deed, monkeypatch):
    deed("ana", change_status, five[0], to=TicketStatus.CLOSED)
    monkeypatch.setattr(bulk_deeds, "ASKS_AGAIN", 2)
    look = write(as_ana, "reply", five, status="resolved", signature="1")

    for page in (
        as_ana.get(f"{PATH}/new?in=open&all=1&deed=reply"),
        as_ana.get(f"{PATH}/new?in=open&all=1&deed=note"),
        write(as_ana, "reply", five, content=" "),
        look,
        as_ana.post(PATH, form_in(look)),
        write(as_ana, "note", all="1"),
    ):
        assert untranslated(page.html.replace(WORDS.replace("&", "&amp;"), "")) == []
