"""Passwords: which ones may be chosen, and how they are kept."""

import pytest

from helpdesk.core.errors import Gone
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
        check_password("p" * length)


@pytest.mark.parametrize("length", [SHORTEST, LONGEST])
def test_all_between_are_fine(length):
    check_password("p" * length)


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
