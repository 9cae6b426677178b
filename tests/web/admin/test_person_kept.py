"""What an administrator keeps of somebody: name, teams, addresses, the organization; and erasing them."""

import re

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import EmailAddress, Team, User
from helpdesk.accounts.operations.organizations import create_organization
from helpdesk.accounts.operations.teams import create_team
from helpdesk.accounts.permissions import ADMIN, AGENT, BUILT_IN_ROLES, Permission
from helpdesk.audit.models import AuditLog
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from tests.conftest import person_named
from tests.support.cast import FULL_NAMES
from tests.support.readable import untranslated
from tests.web.admin.test_deeds_with_people import alert, errors


@pytest.fixture
def addresses(acting):
    """`addresses("olga")`: address, primary, confirmed."""

    def look(name):
        with acting("ada"):
            found = select(EmailAddress.email, EmailAddress.is_primary, EmailAddress.verified_at.is_not(None))
            theirs = (
                found.join(EmailAddress.user)
                .where(User.full_name == FULL_NAMES[name])
                .order_by(EmailAddress.id)
            )
            return [tuple(row) for row in db.session.execute(theirs)]

    return look


@pytest.fixture
def another(acting):
    """`another("olga")` gives her olga@home.example, confirmed; returns its place."""

    def give(name, *, confirmed=True):
        with acting("ada"):
            person = person_named(name)
            address = EmailAddress(
                user_id=person.id,
                email=f"{name}@home.example",
                email_key=f"{name}@home.example",
                is_primary=False,
                verified_at=clock.now() if confirmed else None,
                is_claim=not confirmed,
            )
            db.session.add(address)
            db.session.flush()
            return f"/admin/people/{person.id}/addresses/{address.id}"

    return give


class TestNameAndTeams:
    def test_name_role_and_teams_are_saved_at_once(self, as_ada, acting, person_id, role_id, facts):
        with acting("ada") as ada:
            billing = create_team(name="Billing", by=ada).id
        ana = person_id("ana")
        form = {
            "full_name": "Ana Maria",
            "role": role_id(ADMIN),
            "offers_teams": "1",
            "teams": [str(billing)],
        }

        page = as_ada.post(f"/admin/people/{ana}?show=staff", form)

        assert page.location == f"/admin/people/{ana}?show=staff"
        assert facts(User.id == ana, User.full_name, User.role_id) == ("Ana Maria", role_id(ADMIN))
        assert facts(User.id == ana, User.team_ids) == [billing]

    def test_refused_in_one_nothing_of_it_is_saved_and_all_stays_typed(
        self, as_ada, person_id, role_id, facts
    ):
        ada = person_id("ada")
        page = as_ada.post(f"/admin/people/{ada}", {"full_name": "Ada Other", "role": role_id(AGENT)})

        assert page.status == 409
        assert 'value="Ada Other"' in page.html
        assert facts(User.id == ada, User.full_name) == "Ada Admin"

    def test_where_no_teams_were_offered_none_are_lost(self, as_ada, person_id, role_id, facts):
        ana = person_id("ana")
        as_ada.post(f"/admin/people/{ana}", {"full_name": "Ana Agent", "role": role_id(AGENT)})
        assert len(facts(User.id == ana, User.team_ids)) == 1

        as_ada.post(
            f"/admin/people/{ana}", {"full_name": "Ana Agent", "role": role_id(AGENT), "offers_teams": "1"}
        )
        assert facts(User.id == ana, User.team_ids) == []

    def test_a_team_that_does_not_exist_is_refused(self, as_ada, person_id, role_id, acting):
        form = {"role": role_id(AGENT), "offers_teams": "1", "teams": ["999999"]}
        assert as_ada.post(f"/admin/people/{person_id('ana')}", form).status == 422
        with acting("ada"):
            assert db.session.scalar(select(func.count()).select_from(Team)) == 1


class TestAddresses:
    def test_one_more_is_asked_for_a_confirmation(self, as_ada, person_id, addresses, acting):
        page = as_ada.post(f"/admin/people/{person_id('olga')}/addresses", {"email": "Olga@home.example"})

        assert page.status == 303
        assert addresses("olga")[1] == ("Olga@home.example", False, False)
        with acting("ada"):
            sent = select(EmailAddress.email).join(
                OutboxRecipient, OutboxRecipient.address_id == EmailAddress.id
            )
            asked = sent.join(OutboxMessage).where(OutboxMessage.purpose == MailPurpose.CONFIRM_ADDRESS)
            assert db.session.scalars(asked).all() == ["Olga@home.example"]

    @pytest.mark.parametrize(
        "email, sentence",
        [
            ("", "Type the address to add."),
            ("carl@customer.example", "Carl Customer has the address carl@customer.example already."),
            ("olga@stranger.example", "Olga Other has the address olga@stranger.example already."),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(self, as_ada, person_id, addresses, email, sentence):
        page = as_ada.post(f"/admin/people/{person_id('olga')}/addresses", {"email": email})

        assert page.status == 422
        assert errors(page) == [sentence]
        assert len(addresses("olga")) == 1

    def test_what_is_no_address_stays_typed(self, as_ada, person_id, addresses):
        page = as_ada.post(f"/admin/people/{person_id('olga')}/addresses", {"email": "nonsense"})

        assert page.status == 422
        assert 'value="nonsense"' in page.html
        assert "This is not an e-mail address" in errors(page)[0]

    def test_confirmed_by_hand_made_primary_and_the_old_one_removed(self, as_ada, another, addresses, acting):
        place = another("olga", confirmed=False)

        assert as_ada.post(f"{place}/primary").status == 409
        assert as_ada.post(f"{place}/link").status == 303
        assert as_ada.post(f"{place}/proof").status == 303
        assert as_ada.post(f"{place}/link").status == 409
        assert as_ada.post(f"{place}/primary").status == 303
        assert addresses("olga") == [
            ("olga@stranger.example", False, True),
            ("olga@home.example", True, True),
        ]

        assert as_ada.post(f"{place}/removal").status == 409  # we write to it
        with acting("ada"):
            old = db.session.scalar(
                select(EmailAddress.id).where(EmailAddress.email == "olga@stranger.example")
            )
        assert as_ada.post(f"{place.rpartition('/')[0]}/{old}/removal").status == 303
        assert addresses("olga") == [("olga@home.example", True, True)]

    def test_an_address_of_somebody_else_is_not_found_there(self, as_ada, another, person_id, addresses):
        place = another("olga").replace(f"/{person_id('olga')}/", f"/{person_id('carl')}/")

        for deed in ("link", "proof", "primary", "removal"):
            assert as_ada.post(f"{place}/{deed}").status == 404
        assert len(addresses("olga")) == 2

    def test_who_may_less_cannot_become_an_administrator_by_an_address(
        self, as_ana, permitted, another, person_id, addresses
    ):
        permitted("ana", Permission.MANAGE_PEOPLE)
        place = another("ada", confirmed=False)

        page = as_ana.post(f"/admin/people/{person_id('ada')}/addresses", {"email": "mine@evil.example"})

        assert page.status == 422
        assert (
            errors(page)
            == ["Ada Admin may do more than you may. Ask an administrator to keep these addresses."]
            or "Add and ask" not in page.text
        )
        for deed in ("link", "proof", "primary", "removal"):
            assert as_ana.post(f"{place}/{deed}").status == 403
        assert addresses("ada") == [("ada@desk.example", True, True), ("ada@home.example", False, False)]
        assert "Mark as confirmed" not in as_ana.get(f"/admin/people/{person_id('ada')}").text


class TestOrganization:
    def test_it_is_found_and_chosen_and_one_is_back_at_the_person(self, as_ada, acting, person_id, facts):
        with acting("ada") as ada:
            tamsel = create_organization(name="Tamsel", domains=["tamsel.example"], by=ada).id
        olga = person_id("olga")

        page = as_ada.get(f"/admin/people/{olga}/organization/new?words=tams")
        (back,) = set(re.findall(r'name="back" value="([^"]+)"', page.html))
        assert "Choose Tamsel" in page.html
        done = as_ada.post(f"/admin/organizations/{tamsel}/members", {"person": olga, "back": back})

        assert done.location == f"/admin/people/{olga}"
        assert facts(User.id == olga, User.organization_id) == tamsel
        assert "Tamsel" in as_ada.get(done.location).text

    def test_staff_have_none(self, as_ada, person_id):
        assert as_ada.get(f"/admin/people/{person_id('ana')}/organization/new").status == 403


class TestErasing:
    def test_only_after_the_name_was_typed(self, as_ada, number, person_id, facts, acting):
        carl = person_id("carl")
        path = f"/admin/people/{carl}/erasure"

        question = as_ada.get(f"{path}/new")
        assert "1 ticket stays, under no name." in question.text
        assert as_ada.post(path, {"typed": "Carl"}).status == 422
        assert facts(User.id == carl, User.full_name) == "Carl Customer"

        assert as_ada.post(path, {"typed": "carl customer"}).location == "/admin/people"
        assert facts(User.id == carl, User.anonymised_at).date() == clock.now().date()
        with acting("ada"):
            assert db.session.scalar(select(EmailAddress.id).where(EmailAddress.user_id == carl)) is None
            acts = select(AuditLog.changes).where(AuditLog.table_name == "users", AuditLog.record_id == carl)
            assert any("anonymised_at" in changes for changes in db.session.scalars(acts))
        assert as_ada.get(f"/agent/tickets/{number}").status == 200

    @pytest.mark.parametrize("who", ["ada", "ana"])
    def test_neither_oneself_nor_who_works_here(self, as_ada, person_id, facts, who):
        path = f"/admin/people/{person_id(who)}/erasure"

        assert as_ada.get(f"{path}/new").status == 403
        assert as_ada.post(path, {"typed": "Ana Agent"}).status == 403
        assert facts(User.id == person_id(who), User.anonymised_at) is None

    def test_the_erased_are_only_looked_at(self, as_ada, person_id):
        olga = person_id("olga")
        as_ada.post(f"/admin/people/{olga}/erasure", {"typed": "Olga Other"})

        page = as_ada.get(f"/admin/people/{olga}")
        assert "This account was erased" in page.text
        assert alert(page) == []
        assert as_ada.get(f"/admin/people/{olga}/erasure/new").status == 403


def test_every_word_is_translated(as_ada, pseudo, another, person_id, acting):
    another("olga", confirmed=False)
    olga, ana = person_id("olga"), person_id("ana")
    with acting("ada") as ada:
        create_organization(name="Tamsel", domains=["tamsel.example"], by=ada)
    for path in (
        f"/{olga}",
        f"/{person_id('carl')}",
        f"/{ana}",
        f"/{olga}/erasure/new",
        f"/{olga}/organization/new",
    ):
        page = as_ada.get(f"/admin/people{path}")
        assert page.status == 200, path
        assert [each for each in untranslated(page.html) if each not in BUILT_IN_ROLES] == [], path
