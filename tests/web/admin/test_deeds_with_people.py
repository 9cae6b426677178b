"""What is done with people on their pages: invited, given roles, deactivated, activated; refusals say why."""

import re

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.inviting import invite
from helpdesk.accounts.permissions import ADMIN, AGENT, BUILT_IN_ROLES, Permission
from helpdesk.audit.models import AuditLog
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import take
from tests.conftest import person_named
from tests.support.cast import PASSWORD
from tests.web.agents.conftest import ticket_numbered


@pytest.fixture
def count(acting):
    """How many rows of a table match."""

    def rows(table, *which):
        with acting("ada"):
            return db.session.scalar(select(func.count()).select_from(table).where(*which))

    return rows


@pytest.fixture
def invitations(acting):
    """To which addresses invitations were drafted, in order."""

    def drafted():
        with acting("ada"):
            wanted = (
                select(EmailAddress.email)
                .select_from(OutboxRecipient)
                .join(OutboxRecipient.address)
                .join(OutboxRecipient.message)
                .where(OutboxMessage.purpose == MailPurpose.INVITATION)
                .order_by(OutboxRecipient.id)
            )
            return list(db.session.scalars(wanted))

    return drafted


def errors(page):
    return re.findall(r'class="error"[^>]*>.*?<span>([^<]*)</span>', page.html)


def alert(page):
    """Why a deed was refused."""
    found = re.findall(r'(?s)role="alert">(.*?)</div>\s*</div>', page.html)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


class TestInviting:
    def test_the_form_offers_every_role_with_what_it_permits(self, as_ada):
        page = as_ada.get("/admin/people/new")

        roles = re.findall(r'type="radio" value="(\w+)"', page.html)
        assert len(roles) == 1 + len(BUILT_IN_ROLES)
        assert roles[0] == "customer"
        assert page.text.index("Agent Sees every ticket") < page.text.index("Administrator Sees every ticket")

    def test_an_invited_agent_gets_a_mail_and_a_page(self, as_ada, role_id, facts, invitations):
        form = {"email": "Nina@desk.example", "full_name": "Nina New", "role": role_id(AGENT)}
        page = as_ada.post("/admin/people", form)

        name, role = facts(User.full_name == "Nina New", User.full_name, User.role_id)
        assert (name, role) == ("Nina New", role_id(AGENT))
        assert invitations() == ["Nina@desk.example"]
        assert page.status == 303
        shown = as_ada.get(page.location)
        assert "Has not accepted an invitation yet." in shown.text
        assert "Invite again" in shown.text

    def test_a_customer_needs_no_name(self, as_ada, facts, invitations):
        page = as_ada.post("/admin/people", {"email": "new@customer.example", "role": "customer"})

        assert page.status == 303
        assert invitations() == ["new@customer.example"]

    @pytest.mark.parametrize(
        "email, sentence",
        [
            ("", "Type the address to invite."),
            ("nina@", "This is not an e-mail address. It looks like name@example.com."),
            ("a\x00b@desk.example", "This is not an e-mail address. It looks like name@example.com."),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(self, as_ada, invitations, email, sentence):
        page = as_ada.post("/admin/people", {"email": email, "full_name": "Nina New", "role": "customer"})

        assert page.status == 422
        assert errors(page) == [sentence]
        assert 'value="Nina New"' in page.html
        assert invitations() == []

    def test_an_address_somebody_has_leads_to_them(self, as_ada, count, invitations):
        form = {"email": "CARL@customer.example", "full_name": "Carl again", "role": "customer"}
        page = as_ada.post("/admin/people", form)

        assert page.status == 422
        assert errors(page) == ["Somebody with the address CARL@customer.example is here already."]
        assert 'href="/admin/people?q=CARL@customer.example"' in page.html
        assert invitations() == []
        assert count(User, User.full_name == "Carl again") == 0

    @pytest.mark.parametrize("role", ["999", "x", "1 or 1=1"])
    def test_a_role_that_was_not_offered_is_refused(self, as_ada, count, role):
        page = as_ada.post("/admin/people", {"email": "nina@desk.example", "role": role})

        assert page.status == 422
        assert count(EmailAddress, EmailAddress.email_key == "nina@desk.example") == 0

    def test_nobody_is_offered_or_gives_more_than_they_may(self, as_ana, permitted, role_id, count):
        permitted("ana", Permission.MANAGE_PEOPLE)

        page = as_ana.get("/admin/people/new")
        sent = as_ana.post("/admin/people", {"email": "nina@desk.example", "role": role_id(ADMIN)})

        offered = re.findall(r'type="radio" value="(\w+)"', page.html)
        assert str(role_id(ADMIN)) not in offered
        assert len(offered) == 2
        assert sent.status == 422
        assert count(EmailAddress, EmailAddress.email_key == "nina@desk.example") == 0

    def test_sent_twice_it_invites_once(self, as_ada, invitations):
        form = {
            "email": "nina@desk.example",
            "role": "customer",
            "submission_key": "3f0e2f6a-5f0b-4a4e-9a3d-6c4a1e2b7d10",
        }
        first, second = as_ada.post("/admin/people", form), as_ada.post("/admin/people", form)

        assert first.location == second.location
        assert invitations() == ["nina@desk.example"]

    def test_the_invited_accept_and_work(self, as_ada, as_nobody, role_id, acting):
        as_ada.post("/admin/people", {"email": "nina@desk.example", "role": role_id(AGENT)})
        with acting("ada"):
            from helpdesk.mail.operations.linking import render_for_sending
            from helpdesk.mail.queries import one_recipient

            recipient_id = db.session.scalars(select(OutboxRecipient.id)).one()
            link = render_for_sending(db.session.scalars(one_recipient(recipient_id)).one()).link
        path = link.removeprefix("http://desk.example")

        page = as_nobody.post(path, {"full_name": "Nina New", "password": PASSWORD})

        assert page.status == 303
        assert as_nobody.get("/agent/queues/unassigned").status == 200
        assert "Nina New" in as_ada.get("/admin/people?show=staff").text

    def test_who_has_not_accepted_is_invited_again(self, as_ada, acting, invitations):
        with acting("ada") as ada:
            nina = invite(email="nina@desk.example", full_name="Nina", role=None, by=ada)
        page = as_ada.post(f"/admin/people/{nina.id}/invitations?show=customers")

        assert page.location == f"/admin/people/{nina.id}?show=customers"
        assert "Another invitation is on its way." in as_ada.get(page.location).text
        assert invitations() == ["nina@desk.example"] * 2

    def test_who_has_accepted_is_not(self, as_ada, person_id, invitations):
        page = as_ada.post(f"/admin/people/{person_id('ben')}/invitations")

        assert page.status == 409
        assert alert(page) == ["Ben Brown has confirmed the address already, and can ask for a new password."]
        assert invitations() == []


class TestRoles:
    def test_a_role_is_changed_and_said(self, as_ada, person_id, role_id, facts):
        ben = person_id("ben")
        page = as_ada.post(f"/admin/people/{ben}", {"role": role_id(ADMIN)})

        assert page.location == f"/admin/people/{ben}"
        assert facts(User.id == ben, User.role_id) == role_id(ADMIN)
        assert "Ben Brown is Administrator now." in as_ada.get(page.location).text

    def test_the_person_is_signed_out(self, as_ada, as_ben, person_id, role_id):
        assert as_ben.get("/agent/queues/mine").status == 200

        as_ada.post(f"/admin/people/{person_id('ben')}", {"role": role_id(ADMIN)})

        assert as_ben.get("/agent/queues/mine").location.startswith("/login")

    def test_a_customer_becomes_an_agent_and_back(self, as_ada, person_id, role_id, facts):
        olga = person_id("olga")
        as_ada.post(f"/admin/people/{olga}", {"role": role_id(AGENT)})
        assert facts(User.id == olga, User.is_staff)

        as_ada.post(f"/admin/people/{olga}", {"role": "customer"})
        assert facts(User.id == olga, User.is_staff, User.role_id) == (False, None)

    def test_the_last_administrator_reads_why_not(self, as_ada, person_id, role_id, facts):
        ada = person_id("ada")
        page = as_ada.post(f"/admin/people/{ada}", {"role": role_id(AGENT)})

        assert page.status == 409
        assert alert(page) == [
            "Ada Admin is the last administrator. Make somebody else an administrator first."
        ]
        assert facts(User.id == ada, User.role_id) == role_id(ADMIN)
        assert as_ada.get("/admin/people").status == 200

    def test_an_unconfirmed_customer_does_not_become_staff(self, as_ada, acting, role_id, facts):
        with acting("ada") as ada:
            nina = invite(email="nina@customer.example", full_name="Nina", role=None, by=ada)
        page = as_ada.post(f"/admin/people/{nina.id}", {"role": role_id(AGENT)})

        assert page.status == 409
        assert "is not confirmed yet" in alert(page)[0]
        assert facts(User.id == nina.id, User.is_staff) is False

    def test_a_role_that_was_not_offered_is_refused(self, as_ada, person_id, facts):
        ben = person_id("ben")
        page = as_ada.post(f"/admin/people/{ben}", {"role": "999"})

        assert page.status == 422
        assert alert(page) == ["Choose a role."]

    def test_nobody_gives_more_than_they_may(self, as_ana, permitted, person_id, role_id, facts):
        permitted("ana", Permission.MANAGE_PEOPLE)
        ana = person_id("ana")

        assert as_ana.post(f"/admin/people/{ana}", {"role": role_id(ADMIN)}).status == 422
        assert facts(User.id == ana, User.role_id) != role_id(ADMIN)

    def test_the_system_is_nobody_here(self, as_ada, role_id):
        assert as_ada.post("/admin/people/1", {"role": role_id(AGENT)}).status == 404


class TestDeactivating:
    def test_the_question_names_what_happens_and_who_could_go_on(self, as_ada, acting, number, person_id):
        with acting("ana") as ana:
            take(ticket_numbered(number), by=ana)

        page = as_ada.get(f"/admin/people/{person_id('ana')}/deactivation/new?show=staff")

        assert "They are signed out everywhere and cannot sign in any more." in page.text
        assert "1 open ticket is handed over, the bin included." in page.text
        heirs = re.findall(r'<option (?:selected )?value="(\d*)"', page.html.split('id="tickets_to"')[1])
        assert set(heirs) == {"", str(person_id("ada")), str(person_id("ben"))}
        assert f'href="/admin/people/{person_id("ana")}?show=staff#person-{person_id("ana")}"' in page.html

    def test_without_open_tickets_nobody_has_to_be_chosen(self, as_ada, person_id):
        page = as_ada.get(f"/admin/people/{person_id('ana')}/deactivation/new")

        assert "No open ticket is theirs." in page.text
        assert 'name="tickets_to"' not in page.html

    def test_a_customers_requests_stay_open(self, as_ada, number, person_id):
        page = as_ada.get(f"/admin/people/{person_id('carl')}/deactivation/new")

        assert "1 request of theirs stays open." in page.text

    @pytest.mark.parametrize("heir", ["ben", None])
    def test_open_tickets_go_where_they_were_sent(
        self, as_ada, as_ana, acting, number, person_id, facts, heir
    ):
        with acting("ana") as ana:
            take(ticket_numbered(number), by=ana)
        to = person_id(heir) if heir else ""

        page = as_ada.post(f"/admin/people/{person_id('ana')}/deactivation", {"tickets_to": to})

        assert page.location == f"/admin/people/{person_id('ana')}"
        assert facts(User.id == person_id("ana"), User.is_active) is False
        assert facts(Ticket.ticket_number == number, Ticket.assignee_id) == (to or None)
        assert as_ana.get("/agent/queues/mine").location.startswith("/login")

    def test_oneself_is_not_deactivated(self, as_ada, person_id, facts):
        ada = person_id("ada")

        assert as_ada.get(f"/admin/people/{ada}/deactivation/new").status == 403
        page = as_ada.post(f"/admin/people/{ada}/deactivation", {"tickets_to": ""})
        assert page.status == 403
        assert alert(page) == ["Nobody deactivates their own account. Ask another administrator."]
        assert facts(User.id == ada, User.is_active)

    def test_the_last_administrator_is_not_deactivated(self, as_ana, acting, permitted, person_id, facts):
        """Ana, who could not sign in again without a password, does not count."""
        permitted("ana", Permission.MANAGE_PEOPLE)
        with acting("ada"):
            person_named("ana").password_hash = None
        ada = person_id("ada")

        page = as_ana.post(f"/admin/people/{ada}/deactivation", {"tickets_to": ""})

        assert page.status == 409
        assert alert(page) == [
            "Ada Admin is the last administrator. Make somebody else an administrator first."
        ]
        assert facts(User.id == ada, User.is_active)

    @pytest.mark.parametrize("heir", ["carl", "ana", "999999", "x"])
    def test_an_heir_who_was_not_offered_is_refused(self, as_ada, acting, number, person_id, facts, heir):
        with acting("ana") as ana:
            take(ticket_numbered(number), by=ana)
        to = str(person_id(heir)) if heir in ("carl", "ana") else heir

        assert as_ada.post(f"/admin/people/{person_id('ana')}/deactivation", {"tickets_to": to}).status == 422
        assert facts(User.id == person_id("ana"), User.is_active)

    def test_an_activated_person_is_back(self, as_ada, acting, person_id, facts):
        with acting("ada") as ada:
            deactivate(person_named("ben"), by=ada)
        ben = person_id("ben")

        page = as_ada.post(f"/admin/people/{ben}/activation")

        assert "The account is active again." in as_ada.get(page.location).text
        assert facts(User.id == ben, User.is_active)

    def test_the_system_is_nobody_here(self, as_ada):
        for path in ("deactivation", "activation", "invitations"):
            assert as_ada.post(f"/admin/people/1/{path}", {"tickets_to": ""}).status == 404


def test_every_deed_is_told_to_the_trail_under_the_name_of_who_did_it(
    as_ada, acting, person_id, role_id, number
):
    with acting("ben") as ben:
        take(ticket_numbered(number), by=ben)
        last = db.session.scalar(select(func.max(AuditLog.id)))
    ben, ada = person_id("ben"), person_id("ada")
    as_ada.post(f"/admin/people/{ben}", {"role": role_id(ADMIN)})
    as_ada.post(f"/admin/people/{ben}/deactivation", {"tickets_to": ""})
    as_ada.post(f"/admin/people/{ben}/activation")

    with acting("ada"):
        rows = db.session.scalars(
            select(AuditLog).where(AuditLog.id > (last or 0)).order_by(AuditLog.id)
        ).all()
    told = [(row.table_name, row.changes) for row in rows if row.user_id == ada and row.via is Via.WEB]
    assert ("users", {"role_id": [role_id(AGENT), role_id(ADMIN)]}) in told
    assert ("users", {"is_active": [True, False]}) in told
    assert ("tickets", {"assignee_id": [ben, None]}) in told
    assert ("users", {"is_active": [False, True]}) in told
