"""Signing up: the address is proven, then the password is chosen."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.audit.models import AuditLog
from helpdesk.core.db import db

NEW = {"email": "nora@new.example", "full_name": "Nora New"}
PASSWORD = "a long enough sentence"


def test_somebody_new_confirms_their_address_and_is_in(as_nobody, console):
    asked = as_nobody.post("/register", NEW)
    sent = as_nobody.get(asked.location)
    mail = console()
    form = as_nobody.get(mail.paths[0])
    welcome = as_nobody.post(mail.paths[0], {"full_name": "Nora Newman", "password": PASSWORD})

    assert (asked.status, asked.location) == (303, "/register/sent")
    assert "nora@new.example" in sent.text
    assert mail.letters == [("nora@new.example", "Confirm your address for Test desk")]
    assert 'value="Nora New"' in form.html
    assert (welcome.status, welcome.location) == (303, "/portal/tickets")
    assert as_nobody.get("/portal/tickets").status == 200


def test_until_then_nobody_can_sign_in_with_it(as_nobody, console):
    as_nobody.post("/register", NEW)
    console()

    assert as_nobody.post("/login", {"email": NEW["email"], "password": PASSWORD}).status == 422


def test_what_is_typed_when_signing_up_is_no_password(as_nobody, console, acting):
    as_nobody.post("/register", NEW | {"password": PASSWORD})
    console()

    with acting("ada"):
        assert db.session.scalar(select(User.password_hash).where(User.full_name == "Nora New")) is None


def test_the_owner_of_a_known_address_is_told_and_nothing_changes(as_nobody, console, acting):
    known = as_nobody.post("/register", {"email": "Carl@customer.example", "full_name": "Mallory"})
    mail = console()

    assert (known.status, known.location) == (303, "/register/sent")
    assert mail.letters == [("carl@customer.example", "You already have an account at Test desk")]
    assert mail.paths == ["/login"]
    with acting("ada"):
        assert db.session.scalars(select(User).where(User.full_name == "Mallory")).all() == []


def test_signing_up_again_sends_the_link_again(as_nobody, console, acting):
    as_nobody.post("/register", NEW)
    first = console()
    as_nobody.post("/register", NEW | {"full_name": "Somebody else"})
    second = console()

    assert first.letters == second.letters
    assert first.paths != second.paths
    with acting("ada"):
        assert db.session.scalars(
            select(User.full_name).join(User.addresses).where(EmailAddress.email_key == "nora@new.example")
        ).all() == ["Nora New"]


def test_a_deactivated_person_gets_nothing(as_nobody, console, acting):
    with acting("carl") as carl:
        carl.is_active = False
    as_nobody.post("/register", {"email": "carl@customer.example", "full_name": "Carl"})

    assert console().letters == []


def test_the_trail_keeps_who_came_to_be(as_nobody, console, acting):
    as_nobody.post("/register", NEW)
    console()

    with acting("ada"):
        made = db.session.scalars(select(AuditLog).where(AuditLog.table_name == "email_addresses")).all()
    assert [each.changes["email"] for each in made if each.via == "job"] == [[None, "nora@new.example"]]


@pytest.mark.parametrize(
    "typed",
    [
        {"email": "nora"},
        {"email": ""},
        {"email": "nora@new.example\nBcc: all@new.example"},
        {"full_name": " "},
        {"full_name": "N" * 201},
    ],
    ids=["no address", "empty address", "two lines", "no name", "endless name"],
)
def test_what_cannot_be_used_is_said_and_kept(as_nobody, console, typed):
    page = as_nobody.post("/register", NEW | typed)

    assert page.status == 422
    assert 'aria-invalid="true"' in page.html
    assert ("Nora New" in page.html) == ("full_name" not in typed)
    assert console().letters == []


def test_a_used_link_opens_nothing(as_nobody, console, browser):
    as_nobody.post("/register", NEW)
    (link,) = console().paths
    as_nobody.post(link, {"full_name": "Nora", "password": PASSWORD})

    assert browser().get(link).status == 410
    assert browser().post(link, {"full_name": "Nora", "password": "another sentence"}).status == 410


def test_a_short_password_uses_nothing_up(as_nobody, console):
    as_nobody.post("/register", NEW)
    (link,) = console().paths
    refused = as_nobody.post(link, {"full_name": "Nora", "password": "short"})

    assert refused.status == 422
    assert "Use at least 12 characters." in refused.text
    assert as_nobody.post(link, {"full_name": "Nora", "password": PASSWORD}).status == 303
