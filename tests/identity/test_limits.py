"""How often strangers may try."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import TooMany
from helpdesk.identity.limits import (
    account_key,
    claim_guest_request,
    claim_mail,
    claim_sign_in,
    forgive,
    network_of,
    remember_here,
)
from helpdesk.identity.models import SignInAttempt

CARL = "carl@customer.example"
HOME = "203.0.113.7"


def claims(times, email=CARL):
    """How many of so many tries were let through, and what the first refusal said."""
    for number in range(times):
        try:
            claim_sign_in(email)
        except TooMany as refusal:
            return number, refusal
    return times, None


@pytest.mark.parametrize(
    "address, network",
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("203.0.113.7, 1.2.3.4", "unknown"),
    ],
)
def test_a_network_is_where_one_person_gets_many_addresses(address, network):
    assert network_of(address) == network


def test_spellings_of_one_address_count_together():
    assert account_key(" Carl@CUSTOMER.example") == account_key(CARL)
    assert account_key("nonsense") == account_key(" Nonsense ")
    assert account_key("nonsense") != account_key(CARL)


def test_the_sixth_try_in_a_quarter_of_an_hour_has_to_wait(from_network):
    with from_network(HOME):
        allowed, refusal = claims(7)

    assert allowed == 5
    assert 0 < refusal.retry_after <= 15 * 60


def test_a_refused_try_is_not_counted(from_network):
    with from_network(HOME), clock.freeze(clock.now()) as _:
        claims(9)
    count = db.session.scalar(select(func.count()).select_from(SignInAttempt))

    assert count == 5


def test_the_wait_is_over_when_it_says(from_network):
    start = clock.now()
    with from_network(HOME):
        with clock.freeze(start):
            _, refusal = claims(6)
        with clock.freeze(start + timedelta(seconds=refusal.retry_after)):
            assert claims(6)[0] == 5


def test_the_owner_elsewhere_is_not_locked_out(from_network):
    with from_network(HOME):
        claims(9)
    with from_network("198.51.100.9"):
        assert claims(1) == (1, None)


def test_the_neighbour_of_a_guesser_is(from_network):
    with from_network(HOME):
        claims(9)
    with from_network("203.0.113.200"):
        assert claims(1)[0] == 0


def test_one_network_tries_thirty_accounts_at_most(from_network):
    with from_network(HOME):
        allowed = sum(claims(1, f"person{number}@customer.example")[0] for number in range(40))

    assert allowed == 30


def test_many_networks_together_try_fifty_times_an_hour(from_network):
    allowed = 0
    for network in range(20):
        with from_network(f"198.51.{network}.1"):
            allowed += claims(5)[0]

    assert allowed == 50


def test_but_the_network_of_the_owner_is_spared(from_network):
    with from_network(HOME):
        forgive(claim_sign_in(CARL))
    for network in range(20):
        with from_network(f"198.51.{network}.1"):
            claims(5)
    with from_network(HOME):
        assert claims(1) == (1, None)


def test_after_a_right_password_slips_are_forgiven(from_network):
    with from_network(HOME):
        claims(4)
        forgive(claim_sign_in(CARL))

        assert claims(7)[0] == 5


def test_three_mails_an_hour_go_to_one_address(from_network):
    start = clock.now()
    answers = []
    for number in range(5):
        with from_network(f"198.51.{number}.1"):
            answers.append(claim_mail(CARL))
    with clock.freeze(start + timedelta(minutes=61)):
        answers.append(claim_mail(CARL))

    assert answers == [True, True, True, False, False, True]


def test_what_strangers_ask_for_does_not_keep_the_owner_waiting(from_network):
    with from_network(HOME):
        forgive(claim_sign_in(CARL))
    for network in range(4):
        with from_network(f"198.51.{network}.1"):
            claim_mail(CARL)
    with from_network(HOME):
        assert [claim_mail(CARL) for _ in range(4)] == [True] * 3 + [False]


def test_who_came_by_a_mailed_link_is_an_owner_too(from_network):
    with from_network(HOME):
        remember_here(CARL)
        db.session.commit()
    for network in range(4):
        with from_network(f"198.51.{network}.1"):
            claim_mail(CARL)
    with from_network(HOME):
        assert claim_mail(CARL)


def test_guests_of_one_network_ask_ten_times_an_hour_and_thirty_a_day(from_network):
    start, counts = clock.now(), []
    for hour in range(5):
        with from_network(HOME), clock.freeze(start + timedelta(hours=hour, minutes=hour)):
            count = 0
            try:
                while count < 20:
                    claim_guest_request(f"guest{hour}-{count}@guest.example")
                    count += 1
            except TooMany:
                counts.append(count)

    assert counts == [10, 10, 10, 0, 0]


def test_one_network_asks_for_thirty_mails_an_hour(from_network):
    with from_network(HOME):
        for number in range(30):
            claim_mail(f"person{number}@customer.example")
        with pytest.raises(TooMany):
            claim_mail(CARL)


def test_mails_and_passwords_are_counted_apart(from_network):
    with from_network(HOME):
        claims(9)

        assert claim_mail(CARL)


def test_two_hundred_at_once_get_no_more_than_the_limit(at_once):
    answers = at_once(200, [HOME], lambda: claim_sign_in(CARL))

    assert sum(not isinstance(answer, Exception) for answer in answers) == 5
    assert {type(answer) for answer in answers if isinstance(answer, Exception)} == {TooMany}
