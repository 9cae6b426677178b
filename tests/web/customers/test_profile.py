"""One's own account: name, addresses, password, devices, the end of it."""

import re

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations.addresses import claim, confirm
from helpdesk.audit.bulk import bulk_update
from helpdesk.audit.models import AuditLog
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core.db import db
from helpdesk.identity.models import OneTimeToken, SignInSession
from helpdesk.mail.models import OutboxRecipient
from helpdesk.tickets.models import Comment, GuestRequest, Ticket, TicketKey
from tests.conftest import person_named
from tests.support.cast import PASSWORD
from tests.support.readable import untranslated
from tests.support.real_desk import RealDesk
from tests.support.statements import counted_statements

PROFILE = "/portal/profile"
SECOND = "carl@home.example"


@pytest.fixture
def mails(app, transaction, capsys):
    """`mails()` lets the worker do what waits; address and path of each link it wrote."""

    def work():
        capsys.readouterr()
        run_waiting_jobs(app)
        written = capsys.readouterr().out
        return re.findall(r"<?([^<>\s]+@[^<>\s]+?)>?: [^\n]*\n  http://desk\.example(\S+)", written)

    return work


@pytest.fixture
def owned(acting):
    """`owned("carl")` are the addresses that are Carl's, with what they are."""

    def look(name):
        with acting("ada"):
            theirs = select(EmailAddress).where(EmailAddress.user_id == person_named(name).id)
            return [
                (each.email, each.is_primary, each.verified_at is not None)
                for each in db.session.scalars(theirs.order_by(EmailAddress.id))
            ]

    return look


@pytest.fixture
def second(acting):
    """Carl has proven a second address."""
    with acting("carl") as carl:
        address = claim(carl, email=SECOND)
        assert address is not None
        confirm(address)


class TestAbout:
    def test_name_language_and_zone_are_kept(self, as_carl, acting):
        sent = as_carl.post(
            PROFILE, {"full_name": "Carl the Great", "locale": "en", "time_zone": "Asia/Tokyo"}
        )

        assert (sent.status, sent.location) == (303, PROFILE)
        with acting("ada"):
            carl = person_named("carl")
            assert (carl.full_name, carl.locale, carl.time_zone) == ("Carl the Great", "en", "Asia/Tokyo")
        assert "Saved." in as_carl.get(PROFILE).text

    def test_a_refused_form_keeps_what_was_typed(self, as_carl):
        page = as_carl.post(PROFILE, {"full_name": "x" * 201, "time_zone": "Nowhere/Land"})

        assert page.status == 422
        assert "x" * 201 in page.html

    def test_the_page_costs_few_statements(self, as_carl):
        with counted_statements() as seen:
            assert as_carl.get(PROFILE).status == 200

        assert len(seen) <= 8, seen

    def test_it_is_for_customers_who_are_signed_in(self, as_nobody, as_ana):
        assert as_nobody.get(PROFILE).location == f"/login?next={PROFILE}"
        assert as_ana.get(PROFILE).location == "/agent/queues/unassigned"

    def test_every_word_is_translated(self, as_carl, second, pseudo):
        for path in (PROFILE, f"{PROFILE}/erasure/new"):
            assert untranslated(as_carl.get(path).html) == []


class TestAddresses:
    def test_another_one_is_confirmed_where_one_is_signed_in(self, as_carl, browser, mails, owned):
        sent = as_carl.post(f"{PROFILE}/addresses", {"email": SECOND})
        ((to, link),) = mails()
        assert (sent.status, to) == (303, SECOND)
        as_carl.get(PROFILE)  # the page that says where the link went
        assert SECOND not in as_carl.get(PROFILE).text

        assert browser().get(link).location == f"/login?next={link}"
        assert [browser("olga").get(link).status, browser("olga").post(link).status] == [410, 410]
        assert owned("carl")[1] == (SECOND, False, False)

        assert as_carl.get(link).status == 200
        assert as_carl.post(link).location == PROFILE
        assert owned("carl") == [("carl@customer.example", True, True), (SECOND, False, True)]
        assert as_carl.post(link).status == 410

    @pytest.mark.parametrize("email", ["olga@stranger.example", "ana@desk.example", "new@guest.example"])
    def test_nobody_learns_who_else_has_an_address(self, as_carl, mails, email):
        sent = as_carl.post(f"{PROFILE}/addresses", {"email": email})
        page = as_carl.get(sent.location)

        assert (sent.status, sent.location) == (303, f"{PROFILE}#addresses")
        assert f"If {email} can be added, a link is on its way there." in page.text
        mailed = mails()
        assert [to for to, _ in mailed] == ([email] if email.startswith("new") else [])
        assert email not in as_carl.get(PROFILE).text

    def test_a_claim_stands_in_nobodys_way(self, as_carl, as_nobody, mails, owned, acting):
        """Who claims a stranger's address gets neither their requests nor their account."""
        as_carl.post(f"{PROFILE}/addresses", {"email": "victim@guest.example"})
        ((_, claimed),) = mails()
        as_nobody.post(
            "/ask",
            {"email": "victim@guest.example", "full_name": "Vic", "title": "Mine", "content": "Secret."},
        )
        ((_, link),) = mails()
        as_nobody.post(link)

        with acting("ada"):
            requester = db.session.scalars(select(Ticket.requester_id)).one()
            assert requester != person_named("carl").id
            assert db.session.get_one(User, requester).full_name == "Vic"
        assert owned("carl") == [("carl@customer.example", True, True)]
        assert as_carl.get(claimed).status == 410

    def test_the_one_we_write_to_can_be_another(self, as_carl, second, owned):
        as_carl.post(f"{PROFILE}/addresses/primary", {"email": SECOND})

        assert owned("carl") == [("carl@customer.example", False, True), (SECOND, True, True)]

    def test_one_less(self, as_carl, second, owned):
        as_carl.post(f"{PROFILE}/addresses/removal", {"email": SECOND})
        assert owned("carl") == [("carl@customer.example", True, True)]

        refused = as_carl.post(f"{PROFILE}/addresses/removal", {"email": "carl@customer.example"})
        assert "We write to this address." in as_carl.get(refused.location).text
        assert owned("carl") == [("carl@customer.example", True, True)]

    @pytest.mark.parametrize("deed", ["primary", "removal"])
    def test_anothers_and_none_look_the_same(self, as_carl, owned, deed):
        answers = [
            as_carl.post(f"{PROFILE}/addresses/{deed}", {"email": email}).status
            for email in ("olga@stranger.example", "nobody@nowhere.example", "")
        ]

        assert answers == [404] * 3
        assert owned("olga") == [("olga@stranger.example", True, True)]

    def test_links_mailed_to_an_address_die_with_it(self, as_carl, second, mails, as_nobody):
        as_nobody.post("/login/link", {"email": SECOND})
        ((_, link),) = mails()
        as_carl.post(f"{PROFILE}/addresses/removal", {"email": SECOND})

        assert as_nobody.post(link).status == 410


class TestPassword:
    CHANGE = {"present_password": PASSWORD, "new_password": "another long sentence"}

    def test_it_needs_the_present_one_and_ends_other_sessions(self, as_carl, browser):
        other = browser("carl")
        with as_carl.client.session_transaction() as session:
            before = session["sid"]
        sent = as_carl.post(f"{PROFILE}/password", self.CHANGE)
        with as_carl.client.session_transaction() as session:
            after = session["sid"]

        assert (sent.status, before != after) == (303, True)
        assert as_carl.get(PROFILE).status == 200
        assert other.get(PROFILE).status == 303
        signed_in = browser().post(
            "/login", {"email": "carl@customer.example", "password": self.CHANGE["new_password"]}
        )
        assert signed_in.status == 303

    def test_a_wrong_one_changes_nothing(self, as_carl, browser):
        other = browser("carl")
        page = as_carl.post(f"{PROFILE}/password", self.CHANGE | {"present_password": "not it"})

        assert page.status == 422
        assert "That is not your present password." in page.text
        assert other.get(PROFILE).status == 200

    def test_guesses_are_counted(self, own_app):
        carl = RealDesk(own_app).browser("carl")
        answers = [
            carl.post(f"{PROFILE}/password", self.CHANGE | {"present_password": f"guess {number}"}).status
            for number in range(6)
        ]

        assert answers == [422] * 5 + [429]

    def test_who_has_none_is_mailed_a_link(self, as_carl, acting, mails):
        with acting("ada"):
            bulk_update(User, User.id == person_named("carl").id, lambda _: {"password_hash": None})
        page = as_carl.get(PROFILE)
        as_carl.post(f"{PROFILE}/password/link")

        assert "Present password" not in page.text
        ((to, link),) = mails()
        assert (to, link.split("/")[1]) == ("carl@customer.example", "reset")


class TestDevices:
    def test_one_of_them_is_signed_out(self, as_carl, browser):
        other = browser("carl")
        (handle,) = re.findall(r'name="device" value="([^"]+)"', as_carl.get(PROFILE).html)
        as_carl.post(f"{PROFILE}/devices/sign-out", {"device": handle})

        assert (as_carl.get(PROFILE).status, other.get(PROFILE).status) == (200, 303)

    def test_anothers_session_is_not_reached(self, as_carl, as_olga, acting):
        with acting("ada"):
            olgas = select(SignInSession).where(SignInSession.user_id == person_named("olga").id)
            handle = db.session.scalars(olgas).one().handle
        as_carl.post(f"{PROFILE}/devices/sign-out", {"device": handle})

        assert as_olga.get(PROFILE).status == 200

    def test_everywhere_else_at_once(self, as_carl, browser):
        others = [browser("carl") for _ in range(3)]
        as_carl.post(f"{PROFILE}/devices/sign-out-elsewhere")

        assert as_carl.get(PROFILE).status == 200
        assert [each.get(PROFILE).status for each in others] == [303] * 3


class TestErasure:
    TYPED = {"typed": "carl@customer.example", "present_password": PASSWORD}

    def test_what_happens_is_said_first(self, as_carl, asked):
        asked("carl")
        asked("olga")

        assert "1 request of yours stays with us" in as_carl.get(f"{PROFILE}/erasure/new").text

    @pytest.mark.parametrize("wrong", [{"typed": "carl"}, {"present_password": "not it"}, {"typed": ""}])
    def test_it_takes_the_address_and_the_password(self, as_carl, acting, wrong):
        page = as_carl.post(f"{PROFILE}/erasure", self.TYPED | wrong)

        assert page.status == 422
        with acting("ada"):
            assert person_named("carl").anonymised_at is None

    def test_names_go_and_facts_stay(self, as_carl, browser, asked, answered, acting, second, mails):
        number = asked("carl", "A question", "How does it work?")
        answered(number)
        mails()
        answered(number, "And this.")  # a mail that still waits
        browser().post(
            "/ask", {"email": SECOND, "full_name": "Carl", "title": "More", "content": "Still unconfirmed."}
        )
        with acting("ada"):
            carl = person_named("carl").id
            last = db.session.scalars(select(func.max(AuditLog.id))).one()
        done = as_carl.post(f"{PROFILE}/erasure", self.TYPED)

        with acting("ada"):
            told = db.session.scalars(select(AuditLog).where(AuditLog.id > last)).all()
            assert {each.table_name for each in told} == {"users", "email_addresses"}
            assert re.findall("Carl Customer|carl@", str([each.changes for each in told])) == []
        assert (done.status, done.location) == (303, "/login")
        assert "Your account is deleted." in as_carl.get("/login").text
        assert as_carl.get(PROFILE).status == 303
        with acting("ada"):
            person = db.session.get_one(User, carl)
            assert (person.full_name, person.is_active, person.password_hash) == (
                "Erased person",
                False,
                None,
            )
            assert person.anonymised_at is not None
            assert person.organization_id is None
            ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()
            assert (ticket.requester_id, ticket.title) == (carl, "A question")
            assert ticket.organization_id is not None
            words = select(Comment.content).where(Comment.ticket_id == ticket.id).order_by(Comment.id)
            assert db.session.scalars(words).first() == "How does it work?"
            for model in (EmailAddress, SignInSession, OneTimeToken, TicketKey):
                assert db.session.scalars(select(model).where(model.user_id == carl)).all() == []
            assert db.session.scalars(select(GuestRequest)).all() == []
            letters = select(OutboxRecipient).where(OutboxRecipient.user_id == carl)
            assert {(each.address_id, each.last_error) for each in db.session.scalars(letters)} <= {
                (None, None)
            }
        assert mails() == []
        assert (
            browser().post("/login", {"email": "carl@customer.example", "password": PASSWORD}).status == 422
        )
