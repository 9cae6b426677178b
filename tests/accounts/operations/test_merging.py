"""Two accounts that are one person: what moves, what stays, who is refused, and what the trail tells of it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import EmailAddress, Organization, OrganizationRole, User
from helpdesk.accounts.operations.deactivating import activate
from helpdesk.accounts.operations.finding import known_person
from helpdesk.accounts.operations.merging import MergedAlready, NotMergeable, merge_people
from helpdesk.accounts.operations.registering import add_customer
from helpdesk.accounts.operations.touching import Untouchable
from helpdesk.audit.models import AuditLog
from helpdesk.core import clock
from helpdesk.core.errors import Gone
from helpdesk.identity.models import SignInSession, TokenPurpose
from helpdesk.identity.operations.signing_in import sign_in
from helpdesk.identity.operations.tokens import find, mint
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.tickets.models import Comment, Ticket, ticket_participants
from helpdesk.tickets.operations import add_participant, delete, open_ticket, reply
from helpdesk.web.audit_sentences import tell
from tests.conftest import person_named
from tests.support.cast import PASSWORD, PEOPLE
from tests.support.sessions import start_session
from tests.support.statements import counted_statements


def addresses_of(work: Session, person: User) -> list[tuple[str, bool, bool]]:
    found = select(EmailAddress.email, EmailAddress.is_primary, EmailAddress.verified_at.is_not(None))
    rows = work.execute(found.where(EmailAddress.user_id == person.id).order_by(EmailAddress.id))
    return [tuple(row) for row in rows]


class TestMoved:
    def test_addresses_move_with_their_marks_and_the_primary_one_stays(
        self, work: Session, ada: User, carl: User, olga: User
    ) -> None:
        work.add(
            EmailAddress(
                user_id=olga.id, email="o@home.example", email_key="o@home.example", is_primary=False
            )
        )

        merge_people(olga, into=carl, by=ada)

        assert addresses_of(work, carl) == [
            ("carl@customer.example", True, True),
            ("olga@stranger.example", False, True),
            ("o@home.example", False, False),
        ]
        assert addresses_of(work, olga) == []
        assert known_person("OLGA@stranger.example") is carl

    def test_tickets_words_and_places_are_theirs_also_in_the_bin(
        self, work: Session, ada: User, carl: User, olga: User, cora: User
    ) -> None:
        own = open_ticket(requester=olga, by=olga, title="Own", description="Mine.")
        binned = open_ticket(requester=olga, by=ada, title="Binned", description="Called.")
        delete(binned, by=ada)
        invited = open_ticket(requester=cora, by=cora, title="Invited", description="Hers.")
        add_participant(invited, person=olga, by=ada)
        reply(invited, by=olga, content="Me too.")

        merge_people(olga, into=carl, by=ada)

        facts = select(Ticket.title, Ticket.requester_id, Ticket.creator_id).order_by(Ticket.id)
        assert [tuple(row) for row in work.execute(facts)] == [
            ("Own", carl.id, carl.id),
            ("Binned", carl.id, ada.id),
            ("Invited", cora.id, cora.id),
        ]
        authors = select(Comment.content, Comment.author_id).order_by(Comment.id)
        assert [tuple(row) for row in work.execute(authors)] == [
            ("Mine.", carl.id),
            ("Called.", ada.id),
            ("Hers.", cora.id),
            ("Me too.", carl.id),
        ]
        assert [
            tuple(row) for row in work.execute(select(ticket_participants.c["ticket_id", "user_id"]))
        ] == [(invited.id, carl.id)]
        assert work.scalar(select(Ticket.organization_id).where(Ticket.id == own.id)) is None

    @pytest.mark.parametrize("requester, guest", [("carl", "olga"), ("olga", "carl")])
    def test_nobody_takes_part_beside_themself(
        self, work: Session, ada: User, carl: User, olga: User, requester: str, guest: str
    ) -> None:
        owner = person_named(requester)
        ticket = open_ticket(requester=owner, by=owner, title="Both", description="Ours.")
        add_participant(ticket, person=person_named(guest), by=ada)

        merge_people(olga, into=carl, by=ada)

        assert work.scalar(select(func.count()).select_from(ticket_participants)) == 0

    def test_what_is_missing_is_filled_and_what_is_there_stays(
        self, work: Session, ada: User, carl: User, olga: User
    ) -> None:
        organization = work.scalars(select(Organization)).one()
        olga.full_name, olga.time_zone, olga.notes = "", "Europe/Oslo", "Prefers the phone."
        carl.organization_role, carl.notes, carl.locale = OrganizationRole.MANAGER, "Writes at night.", "en"

        merge_people(carl, into=olga, by=ada)

        assert (olga.full_name, olga.time_zone, olga.locale) == ("Carl Customer", "Europe/Oslo", "en")
        assert olga.notes == "Prefers the phone.\n\nWrites at night."
        assert (olga.organization_id, olga.organization_role) == (organization.id, OrganizationRole.MANAGER)

    def test_somebody_without_a_name_is_called_by_the_address_they_had(
        self, work: Session, ada: User, carl: User
    ) -> None:
        new = add_customer(email="new@else.example", full_name="").user

        merge_people(new, into=carl, by=ada)

        assert (new.full_name, carl.full_name) == ("new@else.example", "Carl Customer")

    def test_letters_about_tickets_still_arrive_and_one_time_links_do_not(
        self, work: Session, ada: User, carl: User, olga: User
    ) -> None:
        ticket = open_ticket(requester=olga, by=olga, title="Own", description="Mine.")
        address = work.scalars(select(EmailAddress).where(EmailAddress.user_id == olga.id)).one()
        link = OutboxMessage(purpose=MailPurpose.MAGIC_LINK, template="magic_link", message_id="<1@test>")
        link.recipients = [OutboxRecipient(user_id=olga.id, address_id=address.id)]
        work.add(link)
        work.flush()

        merge_people(olga, into=carl, by=ada)

        waiting = select(OutboxMessage.purpose, OutboxRecipient.user_id, OutboxRecipient.address_id)
        found = {tuple(row) for row in work.execute(waiting.join(OutboxMessage.recipients))}
        assert found == {
            (MailPurpose.TICKET_RECEIVED, carl.id, address.id),
            (MailPurpose.MAGIC_LINK, olga.id, address.id),
        }
        assert ticket.requester_id == carl.id


class TestSigningIn:
    def test_an_old_address_signs_into_the_account_that_is_left(
        self, work: Session, ada: User, carl: User, olga: User
    ) -> None:
        merge_people(olga, into=carl, by=ada)

        assert sign_in(email=PEOPLE["olga"], password=PASSWORD).person is carl

    def test_sessions_and_links_of_the_merged_account_end(
        self, work: Session, ada: User, carl: User, olga: User
    ) -> None:
        start_session(olga)
        start_session(carl)
        address = work.scalars(select(EmailAddress).where(EmailAddress.user_id == olga.id)).one()
        token = mint(TokenPurpose.MAGIC_LINK, person=olga, address=address)

        merge_people(olga, into=carl, by=ada)

        assert work.scalars(select(SignInSession.user_id)).all() == [carl.id]
        with pytest.raises(Gone):
            find(token, purpose=TokenPurpose.MAGIC_LINK)

    def test_it_cannot_be_activated_again(self, work: Session, ada: User, carl: User, olga: User) -> None:
        merge_people(olga, into=carl, by=ada)

        assert (olga.is_active, olga.merged_into_id) == (False, carl.id)
        with pytest.raises(Untouchable, match="merged into another"):
            activate(olga, by=ada)


class TestRefused:
    @pytest.mark.parametrize("names", [("ana", "carl"), ("carl", "ana")])
    def test_staff_are_not_merged(self, work: Session, ada: User, names: tuple[str, str]) -> None:
        person, into = map(person_named, names)

        with pytest.raises(NotMergeable, match="Ana Agent works here"):
            merge_people(person, into=into, by=ada)

    def test_nobody_is_merged_into_themself(self, work: Session, ada: User, carl: User) -> None:
        with pytest.raises(NotMergeable, match="one account already"):
            merge_people(carl, into=carl, by=ada)

    def test_nobody_is_merged_twice(
        self, work: Session, ada: User, carl: User, olga: User, cora: User
    ) -> None:
        merge_people(olga, into=carl, by=ada)

        with pytest.raises(MergedAlready, match="Olga Other was merged"):
            merge_people(olga, into=cora, by=ada)
        with pytest.raises(MergedAlready):
            merge_people(cora, into=olga, by=ada)

    def test_an_erased_account_stays_erased(self, work: Session, ada: User, carl: User, olga: User) -> None:
        olga.anonymised_at = clock.now()

        with pytest.raises(Untouchable, match="erased"):
            merge_people(olga, into=carl, by=ada)

    def test_who_was_merged_before_leads_to_the_last_one(
        self, work: Session, ada: User, carl: User, olga: User, cora: User
    ) -> None:
        merge_people(olga, into=carl, by=ada)
        merge_people(carl, into=cora, by=ada)

        work.refresh(olga)
        assert (olga.merged_into_id, carl.merged_into_id) == (cora.id, cora.id)


class TestTold:
    def test_the_trail_tells_it_on_both_sides(self, work: Session, ada: User, carl: User, olga: User) -> None:
        open_ticket(requester=olga, by=olga, title="Own", description="Mine.")
        work.commit()
        before = work.scalar(select(func.max(AuditLog.id)))

        merge_people(olga, into=carl, by=ada)
        work.commit()

        rows = work.scalars(select(AuditLog).where(AuditLog.id > before).order_by(AuditLog.id)).all()
        told = {(row.row.table_name, row.row.record_id): row.did for row in tell(rows)}
        assert told["users", olga.id] == "deactivated the account; merged this account into Carl Customer"
        assert told["users", carl.id] == "merged the account of Olga Other into this one"
        tickets = [did for (table, _id), did in told.items() if table == "tickets"]
        assert tickets == [
            "set requester from Olga Other to Carl Customer; set typed by from Olga Other to Carl Customer"
        ]

    @pytest.mark.parametrize("count", [1, 50])
    def test_it_takes_few_statements_however_much_there_is(
        self, work: Session, ada: User, carl: User, olga: User, count: int
    ) -> None:
        for number in range(count):
            open_ticket(requester=olga, by=olga, title=f"Ticket {number}", description="Mine.")
        work.flush()

        with counted_statements() as statements:
            merge_people(olga, into=carl, by=ada)

        assert len(statements) <= 28


def test_afterwards_the_customer_sees_both_histories_and_nobody_else_does(
    acting: Callable[..., Any], as_carl: Any, as_cora: Any, as_olga: Any
) -> None:
    """Through the pages, so behind row-level security."""
    with acting("ada") as ada:
        carl, olga, cora = (person_named(name) for name in ("carl", "olga", "cora"))
        for person, title in ((carl, "Of Carl"), (olga, "Of Olga"), (cora, "Of Cora")):
            open_ticket(requester=person, by=person, title=title, description="Please help.")
        merge_people(olga, into=carl, by=ada)

    mine = as_carl.get("/portal/tickets").text
    assert ("Of Carl" in mine, "Of Olga" in mine, "Of Cora" in mine) == (True, True, False)
    hers = as_cora.get("/portal/tickets").text
    assert ("Of Carl" in hers, "Of Olga" in hers, "Of Cora" in hers) == (False, False, True)
    assert as_olga.get("/portal/tickets").status == 303
