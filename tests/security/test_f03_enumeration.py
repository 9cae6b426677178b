"""F03: nobody learns from us who has an account: the same bytes, the same work."""

import pytest

from helpdesk.accounts.models import EmailAddress
from helpdesk.audit.bulk import bulk_update
from tests.security.strangers import unlike
from tests.support.cast import PASSWORD
from tests.support.statements import counted_statements

KNOWN = ["carl@customer.example", "ana@desk.example"]
UNKNOWN = "nobody@nowhere.example"
PAGES = ["/login", "/register", "/recover", "/login/link", "/ask"]
WORDS = {"full_name": "Somebody", "password": "not the password", "title": "A question", "content": "Why?"}


def asked(browser, path, email):
    """Status and bytes of the answer and of the page it leads to."""
    form = WORDS | {"email": email}
    answer = browser().post(path, form)
    after = browser()
    after.post(path, form)
    return unlike(answer, email), answer.location, unlike(after.get(answer.location or path), email)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("email", KNOWN)
def test_F03_known_and_unknown_read_the_same(browser, path, email):
    assert asked(browser, path, email) == asked(browser, path, UNKNOWN)


@pytest.mark.parametrize("path", PAGES)
def test_F03_a_closed_account_reads_the_same(browser, acting, path):
    with acting("carl") as carl:
        carl.is_active = False

    assert asked(browser, path, KNOWN[0]) == asked(browser, path, UNKNOWN)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("email", KNOWN)
def test_F03_known_and_unknown_cost_the_same_statements(browser, path, email):
    costs = []
    for address in (email, UNKNOWN):
        stranger = browser()
        with counted_statements() as seen:
            stranger.post(path, WORDS | {"email": address})
        costs.append(list(seen))

    assert costs[0] == costs[1]


def test_F03_too_many_tries_read_the_same(browser):
    answers = []
    for email in (KNOWN[0], UNKNOWN):
        for _ in range(6):
            answer = browser().post("/login", {"email": email, "password": "not the password"})
        answers.append(unlike(answer, email))

    assert answers[0] == answers[1]
    assert answers[0][0] == 429


def test_F03_the_right_password_of_an_unproven_address_reads_as_wrong(browser, acting):
    with acting("ada"):
        bulk_update(EmailAddress, EmailAddress.email_key == KNOWN[0], lambda _: {"verified_at": None})
    right = browser().post("/login", {"email": KNOWN[0], "password": PASSWORD})
    wrong = browser().post("/login", {"email": UNKNOWN, "password": PASSWORD})
    assert unlike(right, KNOWN[0]) == unlike(wrong, UNKNOWN)
