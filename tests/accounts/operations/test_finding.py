"""Who is behind an address: the same person for every spelling, a new customer for a new one."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.accounts.addresses import NotAnAddress
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations.finding import person_with_address


@pytest.mark.parametrize("spelling", ["carl@customer.example", " CARL@Customer.Example "])
def test_every_spelling_finds_the_person_who_keeps_their_name(
    work: Session, carl: User, spelling: str
) -> None:
    assert person_with_address(spelling, name="Somebody Else") is carl
    assert carl.full_name == "Carl Customer"


def test_a_second_address_finds_them_too(work: Session, carl: User) -> None:
    work.add(EmailAddress(user_id=carl.id, email="c@c.example", email_key="c@c.example", is_primary=False))
    work.flush()

    assert person_with_address("c@c.example") is carl


def test_a_new_address_makes_a_customer_who_has_proven_nothing(work: Session) -> None:
    person = person_with_address("new@else.example", name=" New   Person ")

    (address,) = work.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id))
    assert (person.full_name, person.is_staff, person.password_hash) == ("New Person", False, None)
    assert (address.email, address.verified_at, address.is_primary) == ("new@else.example", None, True)


def test_asking_twice_makes_one(work: Session) -> None:
    assert person_with_address("new@else.example") is person_with_address("New@Else.example")


def test_what_is_no_address_makes_nobody(work: Session) -> None:
    before = work.scalar(select(func.count(User.id)))

    with pytest.raises(NotAnAddress):
        person_with_address("carl")

    assert work.scalar(select(func.count(User.id))) == before
