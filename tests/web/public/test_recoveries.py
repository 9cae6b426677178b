"""A forgotten password is replaced."""

from helpdesk.accounts.models import EmailAddress
from helpdesk.audit.bulk import bulk_update
from tests.support.cast import PASSWORD

CARL = {"email": "carl@customer.example"}
NEW = "a new long sentence"


def test_a_new_password_signs_in_here_and_out_everywhere_else(as_nobody, as_carl, console):
    asked = as_nobody.post("/recover", CARL)
    mail = console()
    form = as_nobody.get(mail.paths[0])
    done = as_nobody.post(mail.paths[0], {"password": NEW})

    assert (asked.status, asked.location) == (303, "/recover/sent")
    assert mail.letters == [("carl@customer.example", "Choose a new password for Test desk")]
    assert 'value="carl@customer.example"' in form.html
    assert (done.status, done.location) == (303, "/portal/tickets")
    assert as_nobody.get("/portal/tickets").status == 200
    assert as_carl.get("/portal/tickets").status == 303


def test_a_short_one_uses_nothing_up(as_nobody, console):
    as_nobody.post("/recover", CARL)
    (link,) = console().paths

    assert as_nobody.post(link, {"password": "short"}).status == 422
    assert as_nobody.post(link, {"password": NEW}).status == 303


def test_the_old_password_is_over(as_nobody, browser, console):
    as_nobody.post("/recover", CARL)
    as_nobody.post(console().paths[0], {"password": NEW})

    assert browser().post("/login", CARL | {"password": PASSWORD}).status == 422
    assert browser().post("/login", CARL | {"password": NEW}).status == 303


def test_staff_recover_the_same_way(as_nobody, console):
    as_nobody.post("/recover", {"email": "ana@desk.example"})

    assert console().letters == [("ana@desk.example", "Choose a new password for Test desk")]


def test_an_unknown_address_gets_nothing(as_nobody, console):
    asked = as_nobody.post("/recover", {"email": "nobody@nowhere.example"})

    assert (asked.status, asked.location) == (303, "/recover/sent")
    assert console().letters == []


def test_who_never_confirmed_gets_the_link_for_that(as_nobody, console, acting):
    with acting("ada"):
        bulk_update(EmailAddress, EmailAddress.email_key == CARL["email"], lambda _: {"verified_at": None})
    as_nobody.post("/recover", CARL)

    assert console().letters == [("carl@customer.example", "Confirm your address for Test desk")]


def test_the_page_after_tells_a_newcomer_where_the_link_is(as_nobody):
    assert "in the terminal where the desk was started" in as_nobody.get("/recover/sent").text
