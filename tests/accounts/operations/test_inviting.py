"""Asking people in."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.addresses import NotAnAddress
from helpdesk.accounts.models import EmailAddress, Role, User
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.inviting import NothingToAccept, invite, invite_again
from helpdesk.accounts.operations.registering import AddressTaken
from helpdesk.accounts.operations.touching import Untouchable
from helpdesk.core import clock
from helpdesk.core.errors import Refused
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient


def mails(work: Session, person: User) -> list[tuple[MailPurpose, str]]:
    """What was drafted to somebody: purpose and address."""
    found = work.execute(
        select(OutboxMessage.purpose, EmailAddress.email)
        .join(OutboxRecipient.message)
        .join(OutboxRecipient.address)
        .where(OutboxRecipient.user_id == person.id)
        .order_by(OutboxMessage.id)
    )
    return [(purpose, email) for purpose, email in found]


def address_of(work: Session, person: User) -> EmailAddress:
    return work.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()


def test_an_invited_agent_is_staff_without_password_and_gets_a_letter(
    work: Session, ada: User, agent_role: Role
) -> None:
    nina = invite(email="Nina@Desk.example", full_name=" Nina  New ", role=agent_role, by=ada)

    address = address_of(work, nina)
    assert (nina.full_name, nina.is_staff, nina.role_id) == ("Nina New", True, agent_role.id)
    assert (nina.is_active, nina.password_hash) == (True, None)
    assert (address.email, address.verified_at, address.is_primary) == ("Nina@desk.example", None, True)
    assert mails(work, nina) == [(MailPurpose.INVITATION, "Nina@desk.example")]


def test_an_invited_customer_has_no_role(work: Session, ada: User) -> None:
    nina = invite(email="nina@customer.example", full_name="", role=None, by=ada)

    assert (nina.is_staff, nina.role_id) == (False, None)
    assert mails(work, nina) == [(MailPurpose.INVITATION, "nina@customer.example")]


def test_an_address_somebody_has_is_refused_however_it_is_spelled(
    work: Session, ada: User, carl: User, agent_role: Role
) -> None:
    with pytest.raises(AddressTaken, match="is here already"):
        invite(email="CARL@Customer.Example", full_name="Carl again", role=agent_role, by=ada)

    assert mails(work, carl) == []
    assert carl.is_staff is False


def test_what_is_no_address_is_refused(work: Session, ada: User) -> None:
    with pytest.raises(NotAnAddress):
        invite(email="nina@", full_name="Nina", role=None, by=ada)


def test_nobody_gives_rights_they_do_not_have(
    work: Session, ana: User, admin_role: Role, agent_role: Role
) -> None:
    with pytest.raises(Refused, match="Administrator may do more than you may"):
        invite(email="nina@desk.example", full_name="Nina", role=admin_role, by=ana)

    assert invite(email="nina@desk.example", full_name="Nina", role=agent_role, by=ana).is_staff


def test_the_system_gives_every_role(work: Session, system: User, admin_role: Role) -> None:
    assert invite(email="nina@desk.example", full_name="Nina", role=admin_role, by=system).is_staff


def test_a_role_that_permits_nothing_can_be_given_by_everybody(work: Session, ana: User) -> None:
    work.add(Role(name="Guest", permissions=[]))
    work.flush()
    guest = work.scalars(select(Role).where(Role.name == "Guest")).one()

    assert invite(email="nina@desk.example", full_name="Nina", role=guest, by=ana).role_id == guest.id


def test_who_has_not_accepted_is_invited_again(work: Session, ada: User, agent_role: Role) -> None:
    nina = invite(email="nina@desk.example", full_name="Nina", role=agent_role, by=ada)

    invite_again(nina, by=ada)

    assert mails(work, nina) == [(MailPurpose.INVITATION, "nina@desk.example")] * 2


def test_who_has_accepted_is_not_invited_again(work: Session, ada: User, ben: User) -> None:
    with pytest.raises(NothingToAccept, match="Ben Brown has confirmed the address already"):
        invite_again(ben, by=ada)

    assert mails(work, ben) == []


def test_who_may_not_sign_in_is_not_invited(work: Session, ada: User, agent_role: Role) -> None:
    nina = invite(email="nina@desk.example", full_name="Nina", role=agent_role, by=ada)
    deactivate(nina, by=ada)

    with pytest.raises(NothingToAccept, match="Nina cannot sign in"):
        invite_again(nina, by=ada)


def test_neither_the_system_nor_somebody_erased_is_invited(
    work: Session, ada: User, carl: User, system: User
) -> None:
    carl.anonymised_at = clock.now()

    for person, why in ((system, "belongs to the desk itself"), (carl, "was erased")):
        with pytest.raises(Untouchable, match=why):
            invite_again(person, by=ada)
