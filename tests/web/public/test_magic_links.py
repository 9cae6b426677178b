"""Signing in by a mailed link."""

from datetime import timedelta

from helpdesk.accounts.models import EmailAddress
from helpdesk.audit.bulk import bulk_update
from helpdesk.core import clock
from helpdesk.identity.models import TokenPurpose
from tests.conftest import person_named
from tests.web.public.conftest import token_for

CARL = {"email": "carl@customer.example"}


def test_a_customer_signs_in_by_a_button_behind_the_link(as_nobody, console):
    as_nobody.post("/login/link", CARL)
    mail = console()
    looked = [as_nobody.get(mail.paths[0]).status for _ in range(2)]
    done = as_nobody.post(mail.paths[0])

    assert mail.letters == [("carl@customer.example", "Your link to sign in at Test desk")]
    assert looked == [200, 200]
    assert (done.status, done.location) == (303, "/portal/tickets")


def test_it_works_once(as_nobody, browser, console):
    as_nobody.post("/login/link", CARL)
    (link,) = console().paths
    as_nobody.post(link)

    assert (browser().get(link).status, browser().post(link).status) == (410, 410)


def test_it_works_for_half_an_hour(as_nobody, console):
    as_nobody.post("/login/link", CARL)
    (link,) = console().paths

    with clock.freeze(clock.now() + timedelta(minutes=31)):
        assert as_nobody.post(link).status == 410


def test_staff_get_none(as_nobody, console):
    asked = as_nobody.post("/login/link", {"email": "ana@desk.example"})

    assert (asked.status, asked.location) == (303, "/login/link/sent")
    assert console().letters == []


def test_who_never_confirmed_gets_the_link_for_that(as_nobody, console, acting):
    with acting("ada"):
        bulk_update(EmailAddress, EmailAddress.email_key == CARL["email"], lambda _: {"verified_at": None})
    as_nobody.post("/login/link", CARL)

    assert console().letters == [("carl@customer.example", "Confirm your address for Test desk")]


def test_a_customer_who_joined_the_staff_cannot_use_an_old_one(as_nobody, acting):
    with acting("carl") as carl:
        token = token_for(carl, TokenPurpose.MAGIC_LINK)
        carl.is_staff, carl.role_id = True, person_named("ana").role_id

    assert as_nobody.post(f"/login/link/{token}").status == 410
