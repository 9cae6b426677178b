"""Mail that came in: listed with its verdict and reason, shown raw and parsed, looked at again, let in, recovered."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from helpdesk.accounts.permissions import Permission
from helpdesk.background.tables import queued
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail.models import Door, InboundMessage, Mailbox, MailboxState, Reason, Verdict
from helpdesk.mail.operations.mailboxes import Identity, create_mailbox
from tests.support.readable import untranslated
from tests.support.statements import counted_statements

CEILING = 7
RAW = b"From: Carl <carl@customer.example>\r\nSubject: <script>alert(1)</script>\r\n\r\nNUL \x00 \xff <b>bold</b>\r\n"
PARSED = {
    "from_name": "Carl <b>",
    "from_address": "carl@customer.example",
    "to": [{"name": "", "address": "help@desk.example"}],
    "cc": [],
    "reply_to": [],
    "subject": "<script>alert(1)</script>",
    "message_id": "<1@customer.example>",
    "in_reply_to": [],
    "text": "All of <i>it</i>",
    "reply_text": "Only <i>mine</i>",
    "attachments": [{"filename": "a<b>.txt", "content_type": "text/plain", "size": 12, "inline": False}],
    "automatic": "bulk",
    "bounce": None,
    "problems": ["A header is cut."],
}


@pytest.fixture
def arrived(acting, blob):
    """`arrived(Verdict.SUSPENDED, subject="…")` is the number of a mail that came in; `raw=` are its bytes."""
    counter = iter(range(10_000))

    def arrive(verdict=Verdict.QUARANTINED, *, raw=None, **columns):
        with acting("ada") as ada:
            mailbox = db.session.scalars(select(Mailbox)).first()
            mailbox = mailbox or create_mailbox(Identity(name="Support", address="help@desk.example"), by=ada)
            content = raw or RAW + str(next(counter)).encode()
            mail = InboundMessage(
                mailbox_id=mailbox.id,
                door=Door.IMAP,
                sha256=blob(content),
                size=len(content),
                verdict=verdict,
                **{"sender": "carl@customer.example", "subject": "Help", **columns},
            )
            db.session.add(mail)
            db.session.flush()
            return mail.id

    return arrive


@pytest.fixture
def verdict_of(acting):
    def look(mail):
        with acting("ada"):
            return db.session.scalars(select(InboundMessage.verdict).where(InboundMessage.id == mail)).one()

    return look


@pytest.fixture
def waiting_jobs(acting):
    def look():
        with acting("ada"):
            rows = db.session.execute(select(queued.c.task_name).where(queued.c.task_name == "mail.file"))
            return len(rows.all())

    return look


def subjects(page):
    return re.findall(r'class="row-title"[^>]*>([^<]*)<', page.html)


class TestRights:
    @pytest.mark.parametrize("path", ["", "/1", "/1/raw"])
    def test_agents_may_not_look(self, as_ana, path):
        assert as_ana.get(f"/admin/mail{path}").status == 403

    @pytest.mark.parametrize("path", ["/recoveries", "/1/readings", "/1/releases", "/1/recoveries"])
    def test_nor_decide(self, as_ana, arrived, verdict_of, path):
        mail = arrived()
        assert as_ana.post(f"/admin/mail{path.replace('1', str(mail))}", {"mail": str(mail)}).status == 403
        assert verdict_of(mail) is Verdict.QUARANTINED

    def test_customers_find_no_such_page(self, as_carl):
        assert as_carl.get("/admin/mail").status == 404

    def test_who_may_manage_the_desk_may(self, permitted, as_ana, arrived):
        permitted("ana", Permission.MANAGE_DESK)
        assert as_ana.get(f"/admin/mail/{arrived()}").status == 200

    @pytest.mark.parametrize("path", ["/99999", "/99999/raw"])
    def test_one_that_does_not_exist(self, as_ada, path):
        assert as_ada.get(f"/admin/mail{path}").status == 404


class TestList:
    def test_every_mail_with_its_verdict_and_reason_the_latest_first(self, as_ada, arrived):
        arrived(Verdict.NEW_TICKET, subject="One")
        arrived(Verdict.SUSPENDED, subject="Two", reason=Reason.BLOCKED)

        page = as_ada.get("/admin/mail")

        assert subjects(page) == ["Two", "One"]
        assert "Its sender is on the block list." in page.text
        assert "New ticket" in page.text

    @pytest.mark.parametrize(
        "query, found",
        [
            ("verdict=held", ["Failed", "Held"]),
            ("verdict=suspended", ["Spam"]),
            ("verdict=new_ticket", ["Filed"]),
            ("verdict=zebra", ["Spam", "Failed", "Held", "Filed"]),
            ("q=held", ["Held"]),
            ("q=%3C7%40x.example%3E", ["Filed"]),
            ("mailbox=99", []),
            ("mailbox=zebra", ["Spam", "Failed", "Held", "Filed"]),
            ("until=2001-01-01", []),
            ("since=2001-01-01", ["Spam", "Failed", "Held", "Filed"]),
            ("since=soon", ["Spam", "Failed", "Held", "Filed"]),
            ("sort=subject", ["Failed", "Filed", "Held", "Spam"]),
        ],
    )
    def test_chosen_by_verdict_words_mailbox_and_period(self, as_ada, arrived, query, found):
        arrived(Verdict.NEW_TICKET, subject="Filed", message_id="<7@x.example>")
        arrived(Verdict.QUARANTINED, subject="Held", reason=Reason.FORGED_TOKEN)
        arrived(Verdict.FAILED, subject="Failed", reason=Reason.UNREADABLE)
        arrived(Verdict.SUSPENDED, subject="Spam", reason=Reason.SPAM)

        assert subjects(as_ada.get(f"/admin/mail?{query}")) == found

    @pytest.mark.parametrize(
        "query, words",
        [
            ("", "No mail came in yet"),
            ("verdict=held", "Nothing is held"),
            ("verdict=suspended", "Nothing is suspended"),
            ("verdict=reply", "Choose another verdict."),
            ("verdict=strangers", "Choose another verdict."),
            ("q=zebra", "No mail is like that"),
        ],
    )
    def test_empty_it_says_why(self, as_ada, query, words):
        assert words in as_ada.get(f"/admin/mail?{query}").text

    @pytest.mark.parametrize("query", ["", "verdict=held", "q=help&sort=sender"])
    def test_it_costs_the_same_for_few_and_for_many(self, as_ada, cold, arrived, query):
        arrived()
        cold(as_ada)
        with counted_statements() as few:
            as_ada.get(f"/admin/mail?{query}")
        for _number in range(54):
            arrived()
        cold(as_ada)
        with counted_statements() as many:
            page = as_ada.get(f"/admin/mail?{query}")

        more = (not query) + ("q=" in query)  # the alarms, where nothing was chosen; the count of a search
        assert len(few) == len(many) <= CEILING + more
        assert len(subjects(page)) == 50
        (following,) = re.findall(r'href="(/admin/mail\?[^"]*after=[^"]+)"', page.html)
        assert len(subjects(as_ada.get(following.replace("&amp;", "&")))) == 5


class TestOne:
    def test_raw_and_parsed_stand_side_by_side_and_nothing_in_them_is_markup(self, as_ada, arrived):
        page = as_ada.get(f"/admin/mail/{arrived(raw=RAW, parsed=PARSED, reason=Reason.FORGED_TOKEN)}")

        assert "Subject: &lt;script&gt;alert(1)&lt;/script&gt;" in page.html
        assert "NUL ␀ \\xff &lt;b&gt;bold&lt;/b&gt;" in page.html
        assert "Only &lt;i&gt;mine&lt;/i&gt;" in page.html
        assert "<script>alert" not in page.html
        assert "It carries a reply token that we did not write." in page.text
        assert "A header is cut." in page.text

    def test_only_the_beginning_of_a_large_one_is_shown(self, as_ada, arrived):
        page = as_ada.get(f"/admin/mail/{arrived(raw=RAW + b'x' * 200_000)}")

        assert "only the beginning is shown" in page.text
        assert len(page.html) < 200_000

    def test_the_file_has_the_very_bytes_and_runs_nowhere(self, as_ada, arrived):
        answer = as_ada.get(f"/admin/mail/{arrived(raw=RAW)}/raw")

        assert answer.response.data == RAW
        assert answer.response.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.response.headers["Content-Security-Policy"]

    def test_what_nobody_read_yet_says_so(self, as_ada, arrived):
        assert "Nobody has read it yet." in as_ada.get(f"/admin/mail/{arrived(Verdict.WAITING)}").text


class TestDeeds:
    @pytest.mark.parametrize(
        "verdict, offered",
        [
            (Verdict.QUARANTINED, ["releases", "readings", "dismissals"]),
            (Verdict.SUSPENDED, ["recoveries", "readings"]),
            (Verdict.IGNORED, ["recoveries", "readings"]),
            (Verdict.FAILED, ["readings", "dismissals"]),
            (Verdict.NEW_TICKET, []),
        ],
    )
    def test_those_that_make_sense_are_offered(self, as_ada, arrived, verdict, offered):
        mail = arrived(verdict)

        assert (
            re.findall(rf'action="/admin/mail/{mail}/(\w+)"', as_ada.get(f"/admin/mail/{mail}").html)
            == offered
        )

    @pytest.mark.parametrize(
        "verdict, deed",
        [
            (Verdict.QUARANTINED, "releases"),
            (Verdict.SUSPENDED, "recoveries"),
            (Verdict.FAILED, "readings"),
        ],
    )
    def test_it_waits_to_be_filed_again(self, as_ada, arrived, verdict_of, waiting_jobs, verdict, deed):
        mail, before = arrived(verdict, reason=Reason.NOT_FILED), waiting_jobs()

        assert as_ada.post(f"/admin/mail/{mail}/{deed}").location == f"/admin/mail/{mail}"
        assert verdict_of(mail) is Verdict.WAITING
        assert waiting_jobs() == before + 1

    def test_what_is_filed_stays_filed(self, as_ada, arrived, verdict_of):
        mail = arrived(Verdict.NEW_TICKET)

        page = as_ada.get(as_ada.post(f"/admin/mail/{mail}/readings").location)

        assert "Somebody has decided about this mail meanwhile." in page.text
        assert verdict_of(mail) is Verdict.NEW_TICKET

    def test_many_are_let_in_at_once_each_as_it_needs(self, as_ada, arrived, verdict_of):
        mails = [
            arrived(each) for each in (Verdict.SUSPENDED, Verdict.QUARANTINED, Verdict.FAILED, Verdict.REPLY)
        ]

        page = as_ada.post(
            "/admin/mail/recoveries?verdict=suspended", {"mail": [*map(str, mails), "zebra", "9" * 30]}
        )

        assert page.location == "/admin/mail?verdict=suspended"
        assert "3 mails are let in, in a moment." in as_ada.get(page.location).text
        assert [verdict_of(each) for each in mails] == [Verdict.WAITING] * 3 + [Verdict.REPLY]

    def test_nothing_ticked_nothing_done(self, as_ada):
        page = as_ada.get(as_ada.post("/admin/mail/recoveries").location)
        assert "Tick mails first" in page.text


class TestAlarms:
    @pytest.mark.parametrize("path", ["/admin", "/admin/mail", "/admin/system"])
    def test_administrators_are_told_what_waits_for_somebody(self, as_ada, arrived, path):
        arrived(Verdict.QUARANTINED)
        arrived(Verdict.FAILED)

        text = as_ada.get(path).text

        assert "1 mail is quarantined: somebody has to look at it." in text
        assert "1 mail could not be read or filed." in text

    def test_a_mailbox_out_of_reach_with_what_its_server_said(self, as_ada, arrived, acting):
        arrived(Verdict.NEW_TICKET)
        with acting("ada"):
            since = clock.now() - timedelta(hours=1)
            db.session.execute(update(MailboxState).values(failed_at=since, failure="NO <b>go</b>"))

        page = as_ada.get("/admin")

        assert "The mailbox Support cannot be fetched." in page.text
        assert "NO &lt;b&gt;go&lt;/b&gt;" in page.html

    def test_the_way_there_says_on_every_page_that_something_waits(self, as_ada, as_ana, arrived):
        arrived(Verdict.QUARANTINED)

        assert re.search(
            r'Administration</span>\s*<span class="count[^"]*alert', as_ada.get("/agent/queues/mine").html
        )
        assert "Administration" not in as_ana.get("/agent/queues/mine").text


def test_every_word_is_translated(as_ada, pseudo, arrived):
    parsed = PARSED | {
        "from_name": "",
        "subject": "qqq",
        "problems": [],
        "text": "",
        "reply_text": "",
        "attachments": [],
    }
    mail = arrived(subject="qqq", parsed=parsed, reason=Reason.BLOCKED, sender_name="qqq", raw=b"12345")

    for path in ("", "?verdict=held", "?q=zzz", f"/{mail}"):
        page = as_ada.get(f"/admin/mail{path}")
        assert page.status == 200, path
        assert untranslated(page.html) == [], path


@pytest.mark.parametrize("verdict", [Verdict.QUARANTINED, Verdict.FAILED])
def test_what_was_looked_at_is_ignored_and_reminds_nobody(as_ada, acting, arrived, verdict):
    number = arrived(verdict, reason=Reason.NO_SENDER)
    assert "Ignore it" in as_ada.get(f"/admin/mail/{number}").text
    as_ada.post(f"/admin/mail/{number}/dismissals")

    with acting("ada"):
        mail = db.session.get_one(InboundMessage, number)
        assert (mail.verdict, mail.reason) == (Verdict.IGNORED, Reason.NO_SENDER)
    assert "Recover" in as_ada.get(f"/admin/mail/{number}").text
