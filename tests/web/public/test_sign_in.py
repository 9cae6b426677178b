"""Signing in with a password, and out again."""

from tests.support.cast import PASSWORD


def test_a_customer_signs_in_and_starts_at_their_requests(as_nobody):
    page = as_nobody.post("/login", {"email": "carl@customer.example", "password": PASSWORD})

    assert (page.status, page.location) == (303, "/portal/tickets")
    assert as_nobody.get("/login").location == "/portal/tickets"
