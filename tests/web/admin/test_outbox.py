"""The outbox: who gets which mail, how far it has come, what it says; and links for customers whose mail is lost."""

import html
import re

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.inviting import invite
from helpdesk.accounts.permissions import AGENT, Permission
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.background.tables import queued
from helpdesk.core.db import db
from helpdesk.identity.models import OneTimeToken
from helpdesk.mail.models import DeliveryState, MailPurpose, OutboxRecipient
from helpdesk.tickets.models import RecipientKind
from helpdesk.tickets.operations import reply
from helpdesk.web.admin.outbox_list import PURPOSES
from tests.conftest import person_named
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.agents.conftest import ticket_numbered

CEILING = 8
LINK = re.compile(r"http://desk\.example/\w+/([\w-]{20,})")


def receivers(page):
    return re.findall(r'class="row-title"[^>]*>([^<]+)<', page.html)


@pytest.fixture
def invited(acting, role_id):
    """`invited("nina@customer.example")` is the number of her letter; with a role for staff."""

    def ask(email, role=None):
        with acting("ada") as ada:
            from helpdesk.accounts.models import Role

            chosen = db.session.get(Role, role_id(role)) if role else None
            person = invite(email=email, full_name="Nina New", role=chosen, by=ada)
            wanted = select(OutboxRecipient.id).where(OutboxRecipient.user_id == person.id)
            return db.session.scalars(wanted).one()

    return ask


@pytest.fixture
def answered(acting, number):
    """The number of the letter that tells Carl about Ana's answer."""
    with acting("ana") as ana:
        reply(ticket_numbered(number), by=ana, content="It is the paper.\n\nTry another one.")
        return db.session.scalars(select(OutboxRecipient.id).order_by(OutboxRecipient.id.desc())).first()


@pytest.fixture
def count(acting):
    def rows(table, *which):
        with acting("ada"):
            return db.session.scalar(select(func.count()).select_from(table).where(*which))

    return rows


class TestRights:
    @pytest.mark.parametrize("path", ["/admin/outbox", "/admin/outbox/1"])
    def test_agents_may_not_read_it(self, as_ana, path):
        assert as_ana.get(path).status == 403

    def test_nor_copy_a_link(self, as_ana, invited, count):
        letter = invited("nina@customer.example")

        assert as_ana.post(f"/admin/outbox/{letter}/link").status == 403
        assert count(OneTimeToken) == 0

    def test_customers_find_no_such_page(self, as_carl):
        assert as_carl.get("/admin/outbox").status == 404

    def test_who_may_manage_the_desk_needs_no_other_right(self, as_ana, permitted, invited):
        permitted("ana", Permission.MANAGE_DESK)
        letter = invited("nina@customer.example")

        assert as_ana.get(f"/admin/outbox/{letter}").status == 200
        assert LINK.search(as_ana.post(f"/admin/outbox/{letter}/link").html)


class TestList:
    def test_every_letter_with_its_receiver_and_purpose_the_latest_first(
        self, as_ada, invited, answered, number
    ):
        invited("nina@customer.example")

        page = as_ada.get("/admin/outbox")

        assert receivers(page)[:2] == ["Nina New", "Carl Customer"]
        for words in ("Invitation", "Answer to a ticket", "We have your request", number, "Waiting"):
            assert words in page.text

    def test_by_state_with_counts_of_what_needs_somebody(self, as_ada, acting, invited, answered):
        invited("nina@customer.example")
        with acting("ada"):
            letter = db.session.get_one(OutboxRecipient, answered)
            letter.state, letter.last_error = DeliveryState.FAILED, "550 unknown"

        failed = as_ada.get("/admin/outbox?state=failed")
        sent = as_ada.get("/admin/outbox?state=sent")

        assert receivers(failed) == ["Carl Customer"]
        assert "Waiting 2 Failed 1 Sent" in failed.text
        assert "No mail is like that" in sent.text

    def test_by_address_and_by_ticket(self, as_ada, invited, answered, number):
        invited("nina@customer.example")

        assert receivers(as_ada.get("/admin/outbox?q=NINA")) == ["Nina New"]
        assert set(receivers(as_ada.get(f"/admin/outbox?q={number.lower()}"))) == {"Carl Customer"}
        assert receivers(as_ada.get("/admin/outbox?q=%25")) == []

    def test_by_name_and_by_purpose(self, as_ada, invited, answered):
        invited("nina@customer.example")

        assert receivers(as_ada.get("/admin/outbox?q=nina new")) == ["Nina New"]
        assert receivers(as_ada.get("/admin/outbox?q=invitation")) == ["Nina New"]
        assert receivers(as_ada.get("/admin/outbox?q=answer to")) == ["Carl Customer"]

    @pytest.mark.parametrize("sort", ["", "-latest", "to", "-to", "state", "-state"])
    def test_sorted_and_paged_without_gaps(self, as_ada, acting, sort):
        with acting("ada") as ada:
            for each in range(60):
                invite(email=f"p{each}@crowd.example", full_name=f"P{each}", role=None, by=ada)
        first = as_ada.get(f"/admin/outbox?sort={sort}&q=crowd")
        (older,) = re.findall(r'href="(/admin/outbox\?[^"]*after=[^"]+)">Older', first.html)
        second = as_ada.get(older.replace("&amp;", "&"))

        found = receivers(first) + receivers(second)
        assert len(found) == len(set(found)) == 60
        assert found[0] == {"": "P59", "-latest": "P0", "to": "P0", "-to": "P9"}.get(sort, found[0])

    def test_every_purpose_has_words(self):
        assert set(PURPOSES) == set(MailPurpose)

    def test_a_fresh_desk_says_so(self, as_ada):
        assert "No mail was written yet" in as_ada.get("/admin/outbox").text

    def test_pages_follow_each_other_without_gaps(self, as_ada, acting):
        with acting("ada") as ada:
            for each in range(60):
                invite(email=f"p{each}@crowd.example", full_name=f"P{each}", role=None, by=ada)
        first = as_ada.get("/admin/outbox?state=waiting")
        (older,) = re.findall(r'href="(/admin/outbox\?[^"]*after=[^"]+)">Older', first.html)
        second = as_ada.get(older.replace("&amp;", "&"))

        found = receivers(first) + receivers(second)
        assert len(found) == len(set(found)) == 60
        assert "state=waiting" in older

    @pytest.mark.parametrize("rows", [1, 50])
    def test_it_costs_the_same_for_few_and_for_many(self, as_ada, acting, cold, rows):
        with acting("ada") as ada:
            for each in range(rows):
                invite(email=f"p{each}@crowd.example", full_name=f"P{each}", role=None, by=ada)
            letter = db.session.scalars(select(OutboxRecipient.id).limit(1)).one()
        cold(as_ada)
        with counted_statements() as for_the_list:
            page = as_ada.get("/admin/outbox")
        cold(as_ada)
        with counted_statements() as for_one:
            as_ada.get(f"/admin/outbox/{letter}")

        assert len(receivers(page)) == rows
        assert (len(for_the_list), len(for_one)) == (6, 8)
        assert max(len(for_the_list), len(for_one)) <= CEILING


class TestLetter:
    def test_it_is_shown_as_it_will_be_sent(self, as_ada, answered):
        text = as_ada.get(f"/admin/outbox/{answered}").text

        assert "carl@customer.example" in text
        assert "It is the paper. Try another one." in text

    def test_the_one_time_link_is_not_in_it_and_none_is_made(self, as_ada, invited, count):
        page = as_ada.get(f"/admin/outbox/{invited('nina@customer.example')}")

        assert "[one-time link]" in page.text
        assert LINK.search(page.html) is None
        assert count(OneTimeToken) == 0

    def test_why_it_failed_is_said(self, as_ada, acting, answered):
        with acting("ada"):
            letter = db.session.get_one(OutboxRecipient, answered)
            letter.state, letter.last_error = DeliveryState.FAILED, "550 5.1.1 <b>unknown</b>"

        page = as_ada.get(f"/admin/outbox/{answered}")

        assert "550 5.1.1 &lt;b&gt;unknown&lt;/b&gt;" in page.html

    def test_one_that_will_not_be_sent_says_so(self, as_ada, acting, answered):
        with acting("ada") as ada:
            deactivate(person_named("carl"), by=ada)

        assert "It will not be sent" in as_ada.get(f"/admin/outbox/{answered}").text

    def test_what_people_wrote_is_text_not_markup(self, as_ada, acting, number):
        with acting("ana") as ana:
            reply(ticket_numbered(number), by=ana, content="<script>alert(1)</script>")
            letter = db.session.scalars(
                select(OutboxRecipient.id).order_by(OutboxRecipient.id.desc())
            ).first()

        assert "<script>alert(1)" not in as_ada.get(f"/admin/outbox/{letter}").html

    @pytest.mark.parametrize("nothing", ["0", "999999", "99999999999999999999", "x"])
    def test_there_is_no_such_letter(self, as_ada, nothing):
        assert as_ada.get(f"/admin/outbox/{nothing}").status == 404
        assert as_ada.post(f"/admin/outbox/{nothing}/link").status == 404


class TestSendingAgain:
    @pytest.fixture
    def failed(self, acting, answered):
        with acting("ada"):
            letter = db.session.get_one(OutboxRecipient, answered)
            letter.state, letter.last_error, letter.attempts = DeliveryState.FAILED, "550 unknown", 8
        return answered

    def test_it_waits_again_is_asked_for_and_told(self, as_ada, acting, failed, person_id):
        assert "Nobody tries it again by itself." in as_ada.get(f"/admin/outbox/{failed}").text

        page = as_ada.post(f"/admin/outbox/{failed}/resending", follow=True)

        assert "It waits to be sent again." in page.text
        assert "Send again" not in page.text
        with acting("ada"):
            letter = db.session.get_one(OutboxRecipient, failed)
            assert (letter.state, letter.attempts, letter.last_error) == (DeliveryState.WAITING, 0, None)
            job = select(queued.c.args).where(queued.c.task_name == "mail.deliver", queued.c.status == "todo")
            assert {"message_id": letter.message_id} in db.session.scalars(job).all()
            row = db.session.scalars(select(AuditLog).where(AuditLog.table_name == "outbox_recipients")).one()
        assert (row.user_id, row.changes) == (person_id("ada"), {"state": ["failed", "waiting"]})
        assert "Ada Admin sent a mail again that had failed" in as_ada.get("/admin/audit").text

    def test_the_second_of_two_is_told(self, as_ada, failed):
        as_ada.post(f"/admin/outbox/{failed}/resending")

        page = as_ada.post(f"/admin/outbox/{failed}/resending", follow=True)
        assert "This mail has not failed" in page.text

    def test_not_to_somebody_who_is_gone(self, as_ada, acting, failed):
        with acting("ada") as ada:
            deactivate(person_named("carl"), by=ada)

        assert "It is not sent again" in as_ada.get(f"/admin/outbox/{failed}").text
        assert "of no use" in as_ada.post(f"/admin/outbox/{failed}/resending", follow=True).text

    def test_agents_may_not(self, as_ana, failed):
        assert as_ana.post(f"/admin/outbox/{failed}/resending").status == 403

    def test_what_waits_says_what_happens_next(self, as_ada, answered):
        assert "It goes out by itself" in as_ada.get(f"/admin/outbox/{answered}").text

    @pytest.mark.parametrize(
        "changes, told",
        [
            (
                {"attempts": 2, "last_error": "451 greylisted"},
                ["451 greylisted", "tried 2 times and is tried again"],
            ),
            ({"state": DeliveryState.SENDING}, ["Sending", "A mail server is being talked to."]),
            (
                {"state": DeliveryState.SENT, "answer": "250 <queued>"},
                ["Sent", "The server said", "250 <queued>"],
            ),
            ({"state": DeliveryState.BOUNCED, "last_error": "550 no"}, ["Came back", "550 no", "Send again"]),
            ({"kind": RecipientKind.BCC}, ["Named in", "Bcc"]),
        ],
    )
    def test_how_far_it_has_come(self, as_ada, acting, answered, changes, told):
        with acting("ada"):
            letter = db.session.get_one(OutboxRecipient, answered)
            for name, value in changes.items():
                setattr(letter, name, value)
        page = as_ada.get(f"/admin/outbox/{answered}")

        assert [words for words in told if html.unescape(words) not in html.unescape(page.text)] == []
        assert "<queued>" not in page.html


class TestCopiedLink:
    def test_a_customers_link_is_made_shown_once_and_told(
        self, as_ada, as_nobody, invited, acting, person_id
    ):
        letter = invited("nina@customer.example")

        page = as_ada.post(f"/admin/outbox/{letter}/link")

        assert page.status == 200
        assert page.headers["Cache-Control"] == "no-store"
        link = LINK.search(page.html).group()
        assert as_nobody.get(link.removeprefix("http://desk.example")).status == 200
        assert link not in as_ada.get(f"/admin/outbox/{letter}").html
        with acting("ada"):
            row = db.session.scalars(select(AuditLog).where(AuditLog.table_name == "outbox_recipients")).one()
            nina = db.session.scalars(
                select(EmailAddress.user_id).where(EmailAddress.email_key == "nina@customer.example")
            ).one()
        assert (row.action, row.user_id) == (AuditAction.READ, person_id("ada"))
        assert row.changes["link_for"] == [None, nina]
        assert link.rsplit("/", 1)[-1] not in str(row.changes)
        assert "Ada Admin copied a one-time link for Nina New" in as_ada.get("/admin/audit").text

    def test_looking_is_not_copying(self, as_ada, invited):
        letter = invited("nina@customer.example")

        assert as_ada.get(f"/admin/outbox/{letter}/link").status == 405

    def test_never_for_staff(self, as_ada, invited, count):
        letter = invited("nina@desk.example", role=AGENT)

        assert "Copy link" not in as_ada.get(f"/admin/outbox/{letter}").text
        page = as_ada.post(f"/admin/outbox/{letter}/link", follow=True)
        assert "A link can be copied for customers only" in page.text
        assert LINK.search(page.html) is None
        assert count(OneTimeToken) == 0

    def test_not_for_mail_without_one(self, as_ada, answered, count):
        assert "Copy link" not in as_ada.get(f"/admin/outbox/{answered}").text
        assert as_ada.post(f"/admin/outbox/{answered}/link").status == 303
        assert count(OneTimeToken) == 0

    def test_not_for_somebody_deactivated(self, as_ada, acting, invited, count):
        letter = invited("nina@customer.example")
        with acting("ada") as ada:
            nina = db.session.scalars(select(User).where(User.full_name == "Nina New")).one()
            deactivate(nina, by=ada)

        assert as_ada.post(f"/admin/outbox/{letter}/link").status == 303
        assert count(OneTimeToken) == 0


def test_every_word_is_translated(pseudo, as_ada, invited, answered):
    letter = invited("nina@customer.example")

    for path in ("", "?state=sent", f"/{letter}", f"/{answered}"):
        assert untranslated(as_ada.get(f"/admin/outbox{path}").html) == [], path
    assert untranslated(as_ada.post(f"/admin/outbox/{letter}/link").html) == []
