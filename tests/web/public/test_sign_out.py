"""Signing out."""


def test_signing_out_is_a_button_and_takes_the_session_along(as_carl, browser):
    with as_carl.client.session_transaction() as session:
        cookie = session["sid"]
    question = as_carl.get("/logout")
    done = as_carl.post("/logout")

    assert "Carl Customer" in question.text
    assert (question.status, done.status, done.location) == (200, 303, "/login")
    assert "You are signed out." in as_carl.get("/login").text
    thief = browser()
    with thief.client.session_transaction() as session:
        session["sid"] = cookie
    assert thief.get("/portal/tickets").location.startswith("/login")


def test_looking_at_the_page_signs_nobody_out(as_carl):
    as_carl.get("/logout")

    assert as_carl.get("/").location == "/portal/tickets"


def test_who_is_not_signed_in_is_not_asked(as_nobody):
    assert as_nobody.get("/logout").location == "/login"
    assert as_nobody.post("/logout").location == "/login"
