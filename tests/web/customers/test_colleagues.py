"""Managers see who belongs to their organization and ask others to join; nobody belongs to it before saying yes."""

import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, Organization, OrganizationRole, Sharing, User
from helpdesk.accounts.operations.registering import add_customer
from helpdesk.core.db import db
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.tokens import mint
from helpdesk.mail.models import OutboxMessage, OutboxRecipient
from tests.conftest import person_named
from tests.support.statements import counted_statements
from tests.web.customers.conftest import cold_get
from tests.web.customers.test_tickets import titles

INVITATIONS = "/portal/colleagues/invitations"


@pytest.fixture(autouse=True)
def customer_inc(acting):
    """Carl manages Customer Inc, where managers see what colleagues ask."""
    with acting("ada"):
        person_named("carl").organization_role = OrganizationRole.MANAGER
        db.session.scalars(select(Organization)).one().sharing = Sharing.MANAGERS


@pytest.fixture
def inc(acting):
    with acting("ana"):
        return db.session.scalars(select(Organization.id)).one()


@pytest.fixture
def mails(acting):
    """`mails()` says why and to whom, oldest first."""

    def look():
        with acting("ana"):
            rows = (
                select(OutboxMessage.purpose, EmailAddress.email)
                .join(OutboxRecipient, OutboxRecipient.message_id == OutboxMessage.id)
                .join(EmailAddress, EmailAddress.id == OutboxRecipient.address_id)
                .order_by(OutboxMessage.id)
            )
            return [(purpose.value, email) for purpose, email in db.session.execute(rows)]

    return look


def people(page):
    return re.findall(r'<b dir="auto" title="([^"]+)">', page.html)


def belongs(acting, email):
    """Which role the person with this address has in which organization, and to which they are invited."""
    with acting("ana"):
        columns = (User.organization_role, User.organization_id, User.invited_to_id)
        found = select(*columns).join(User.addresses).where(EmailAddress.email_key == email)
        return tuple(db.session.execute(found).one())


def come_in(browser, acting, email):
    """Follow the invitation, as from the mail: choose a password, and be signed in."""
    with acting("ada"):
        address = db.session.scalars(select(EmailAddress).where(EmailAddress.email_key == email)).one()
        person = db.session.get_one(User, address.user_id)
        token = mint(TokenPurpose.INVITATION, person=person, address=address)
    return browser.post(
        f"/invitation/{token}", {"password": "a long enough password", "full_name": "Nina New"}
    )


class TestList:
    def test_a_manager_sees_names_addresses_and_roles(self, as_carl):
        page = as_carl.get("/portal/colleagues")

        assert people(page) == ["Carl Customer", "Cora Colleague"]
        assert "cora@customer.example" in page.text
        assert "Colleagues 2" in page.text

    @pytest.mark.parametrize(
        "query, found",
        [
            ("q=cora", ["Cora Colleague"]),
            ("q=CUSTOMER.example+carl", ["Carl Customer"]),
            ("q=%25", []),
            ("sort=-name", ["Cora Colleague", "Carl Customer"]),
            ("q=olga", []),
        ],
    )
    def test_it_can_be_searched_and_turned(self, as_carl, query, found):
        assert people(as_carl.get(f"/portal/colleagues?{query}")) == found

    def test_for_everybody_else_there_is_no_such_page(self, as_cora, as_olga, as_nobody, as_ana, acting):
        with acting("ana"):
            cora = person_named("cora").id
        for browser in (as_cora, as_olga):
            assert browser.get("/portal/colleagues").status == 404
            assert browser.post(INVITATIONS, {"email": "nina@new.example"}).status == 404
            assert browser.post(f"/portal/colleagues/{cora}/reminder").status == 404
            assert browser.post(f"/portal/colleagues/{cora}/withdrawal").status == 404
        assert as_nobody.get("/portal/colleagues").location.startswith("/login")
        assert as_ana.get("/portal/colleagues").location.startswith("/agent")

    def test_who_is_deactivated_is_not_listed(self, as_carl, acting):
        with acting("ada"):
            person_named("cora").is_active = False

        assert people(as_carl.get("/portal/colleagues")) == ["Carl Customer"]

    @pytest.mark.parametrize("count", [1, 50])
    def test_one_row_costs_as_many_statements_as_fifty(self, as_carl, acting, cold, inc, count):
        with acting("ada"):
            for each in range(count):
                person = add_customer(email=f"p{each:02}@customer.example", full_name="").user
                person.organization_id, person.organization_role = inc, OrganizationRole.MEMBER

        with counted_statements() as seen:
            page = cold_get(cold, as_carl, "/portal/colleagues", seen)

        assert len(people(page)) == min(count + 2, 50)
        assert len(seen) <= 6, seen


class TestInviting:
    def test_somebody_unknown_is_invited_comes_in_and_joins(self, as_carl, as_nobody, acting, mails, inc):
        sent = as_carl.post(INVITATIONS, {"email": "nina@new.example", "full_name": "Nina New"})
        page = as_carl.get(sent.location)

        assert sent.status == 303
        assert mails() == [("invitation", "nina@new.example")]
        assert belongs(acting, "nina@new.example") == (None, None, inc)
        assert people(page) == ["Carl Customer", "Cora Colleague", "Nina New"]
        assert "Invited Remind Take back" in page.text

        come_in(as_nobody, acting, "nina@new.example")
        assert "Customer Inc invites you to join." in as_nobody.get("/portal/tickets").text
        assert belongs(acting, "nina@new.example") == (None, None, inc)

        as_nobody.post("/portal/membership", {"organization": str(inc)})
        as_nobody.post("/portal/tickets", {"title": "Nina asks", "content": "Help."})

        assert belongs(acting, "nina@new.example") == (OrganizationRole.MEMBER, inc, None)
        assert "invites you" not in as_nobody.get("/portal/tickets").text
        assert titles(as_carl.get("/portal/organization")) == ["Nina asks"]

    def test_who_has_an_account_is_asked_and_may_say_no(self, as_carl, as_olga, acting, mails, inc):
        as_carl.post(INVITATIONS, {"email": "olga@stranger.example"})

        assert mails() == [("invited_to_organization", "olga@stranger.example")]
        assert "Customer Inc invites you to join." in as_olga.get("/portal/tickets").text

        answered = as_olga.post("/portal/membership/refusal", {"organization": str(inc)}, follow=True)

        assert "You have not joined." in answered.text
        assert belongs(acting, "olga@stranger.example") == (None, None, None)
        assert people(as_carl.get("/portal/colleagues")) == ["Carl Customer", "Cora Colleague"]

    def test_what_was_asked_before_joining_stays_ones_own(self, as_carl, as_olga, asked, inc):
        asked("olga", "Before")
        as_carl.post(INVITATIONS, {"email": "olga@stranger.example"})
        as_olga.post("/portal/membership", {"organization": str(inc)})
        asked("olga", "After")

        assert titles(as_carl.get("/portal/organization")) == ["After"]

    @pytest.mark.parametrize("email", ["ana@desk.example", "olga@stranger.example", "nina@new.example"])
    def test_staff_who_left_and_who_belongs_elsewhere_are_refused_alike(self, as_carl, acting, mails, email):
        with acting("ada"):
            person_named("olga").is_active = False
            other = Organization(name="Other Inc", domains=[])
            db.session.add(other)
            db.session.flush()
            nina = add_customer(email="nina@new.example", full_name="Nina").user
            nina.organization_id, nina.organization_role = other.id, OrganizationRole.MEMBER
        before = belongs(acting, email)

        page = as_carl.post(INVITATIONS, {"email": email, "full_name": "Somebody"})

        assert page.status == 422
        assert f"{email} cannot be invited. Write to us if they should belong to you." in page.text
        assert 'value="Somebody"' in page.html
        assert belongs(acting, email) == before
        assert mails() == []

    def test_a_colleague_is_one_already(self, as_carl):
        page = as_carl.post(INVITATIONS, {"email": "cora@customer.example"})

        assert page.status == 422
        assert "cora@customer.example belongs to your organization already." in page.text

    @pytest.mark.parametrize("email", ["", "nobody", "x@"])
    def test_a_refused_form_keeps_what_was_typed(self, as_carl, email, mails):
        page = as_carl.post(INVITATIONS, {"email": email, "full_name": "Nina New"})

        assert page.status == 422
        assert 'value="Nina New"' in page.html
        assert "Cora Colleague" in page.text
        assert mails() == []

    def test_who_has_not_answered_is_written_to_again_or_let_go(self, as_carl, acting, mails):
        as_carl.post(INVITATIONS, {"email": "nina@new.example"})
        nina = re.search(r"/portal/colleagues/(\d+)/reminder", as_carl.get("/portal/colleagues").html)[1]

        again = as_carl.post(f"/portal/colleagues/{nina}/reminder", follow=True)
        assert "We have written to them once more." in again.text
        assert mails() == [("invitation", "nina@new.example")] * 2

        gone = as_carl.post(f"/portal/colleagues/{nina}/withdrawal", follow=True)
        assert "The invitation is taken back." in gone.text
        assert belongs(acting, "nina@new.example") == (None, None, None)
        assert as_carl.post(f"/portal/colleagues/{nina}/reminder").status == 404

    def test_a_colleague_cannot_be_thrown_out_that_way(self, as_carl, acting, inc):
        with acting("ana"):
            cora = person_named("cora").id

        assert as_carl.post(f"/portal/colleagues/{cora}/withdrawal").status == 404
        assert as_carl.post("/portal/colleagues/99999999999999999999/withdrawal").status == 404
        assert belongs(acting, "cora@customer.example") == (OrganizationRole.MEMBER, inc, None)

    def test_who_invites_many_has_to_wait(self, as_carl):
        sent = [as_carl.post(INVITATIONS, {"email": f"p{n}@new.example"}).status for n in range(31)]

        assert sent == [303] * 30 + [429]


class TestJoining:
    def test_nobody_joins_without_an_invitation(self, as_olga, acting, inc):
        page = as_olga.post("/portal/membership", {"organization": str(inc)}, follow=True)

        assert "This invitation holds no longer." in page.text
        assert belongs(acting, "olga@stranger.example") == (None, None, None)

    @pytest.mark.parametrize("typed", ["", "x", "0", "-1", "9" * 30])
    def test_another_invitation_than_the_page_named_is_not_answered(
        self, as_carl, as_olga, acting, inc, typed
    ):
        as_carl.post(INVITATIONS, {"email": "olga@stranger.example"})

        for path in ("/portal/membership", "/portal/membership/refusal"):
            assert as_olga.post(path, {"organization": typed}).status == 303
        assert belongs(acting, "olga@stranger.example") == (None, None, inc)

    def test_taken_back_meanwhile_it_says_so(self, as_carl, as_olga, acting, inc):
        as_carl.post(INVITATIONS, {"email": "olga@stranger.example"})
        with acting("ana"):
            olga = person_named("olga").id
        as_carl.post(f"/portal/colleagues/{olga}/withdrawal")

        page = as_olga.post("/portal/membership", {"organization": str(inc)}, follow=True)

        assert "This invitation holds no longer." in page.text
