"""Passwords: which ones may be chosen, and how they are kept."""

from time import perf_counter

import pytest

from helpdesk.core.errors import Gone
from helpdesk.identity.common_passwords import _list
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.choosing_passwords import choose_password
from helpdesk.identity.operations.tokens import mint
from helpdesk.identity.passwords import (
    LONGEST,
    SHORTEST,
    BadPassword,
    check_password,
    hash_password,
    verify_password,
)


@pytest.mark.parametrize("length, words", [(SHORTEST - 1, "at least 12"), (LONGEST + 1, "at most 256")])
def test_too_short_and_too_long_ones_are_refused(length, words):
    with pytest.raises(BadPassword, match=words):
        check_password(of_length(length))


@pytest.mark.parametrize("length", [SHORTEST, LONGEST])
def test_all_between_are_fine(length):
    check_password(of_length(length))


def of_length(length):
    return ("Sphinx of black quartz judge my vow " * 8)[:length]


COMMON = [
    "1q2w3e4r5t6y",
    "QWERTY123456",
    "passwordpassword",
    "iloveyouiloveyou",
    "Football2026!!",
    "!!!dragon!!!2024",
    "abcdefghijkl",
    "1234567890123456",
    "987654321098",
    "aaaaaaaaaaaaaaaa",
    "121212121212",
    "ｑｗｅｒｔｙ１２３４５６",
]


@pytest.mark.parametrize("password", COMMON)
def test_what_is_guessed_first_is_refused(password):
    with pytest.raises(BadPassword, match="Many people choose this one"):
        check_password(password)


ABOUT = ("Carl Customer", "carl@customer.example", "Example Helpdesk")


@pytest.mark.parametrize(
    "password",
    ["carl customer", "Carl.Customer.2026", "Example-Helpdesk-1", "helpdesk carl 2"],
)
def test_what_is_made_of_ones_own_name_is_refused(password):
    with pytest.raises(BadPassword, match="made of your name"):
        check_password(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "carl likes two dogs",
        "Tr0ub4dor&3-and-more",
        "my helpdesk is on fire",
        "ένας δύο τρεις",
    ],
)
def test_words_in_a_row_are_fine(password):
    check_password(password, about=ABOUT)


def test_the_list_is_whole():
    assert len(_list() - {""}) == 48_746


def test_checking_costs_next_to_nothing():
    begun = perf_counter()
    for _ in range(100):
        check_password(of_length(LONGEST), about=ABOUT)

    assert perf_counter() - begun < 2


def test_two_of_the_same_are_kept_differently():
    first, second = hash_password("correct horse"), hash_password("correct horse")

    assert first != second
    assert first.startswith("$argon2id$")
    assert verify_password(first, "correct horse")
    assert verify_password(second, "correct horse")


@pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$broken"])
def test_what_is_no_hash_opens_nothing(stored):
    assert not verify_password(stored, "the password of somebody who is not here")
    assert not verify_password(stored, "plain")


def test_nothing_endless_is_compared():
    assert not verify_password(hash_password("p" * (LONGEST + 1)), "p" * (LONGEST + 1))


def test_a_link_without_an_address_proves_nothing(carl):
    token = mint(TokenPurpose.RESET_PASSWORD, person=carl)

    with pytest.raises(Gone):
        choose_password(token, purpose=TokenPurpose.RESET_PASSWORD, password="a long enough sentence")
