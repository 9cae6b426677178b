"""The setup page: once, with the token from the console."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.identity.operations.setup import mint_setup_token
from helpdesk.settings.catalogue import change_settings, load_desk

FORM = {
    "full_name": "Frida First",
    "email": "frida@velorna.example",
    "password": "a long enough sentence",
    "desk_name": " Velorna Support ",
    "base_url": "https://help.velorna.example/",
    "time_zone": "Europe/Lisbon",
}


@pytest.fixture
def token(acting):
    """A token of a desk that nobody has set up yet."""
    with acting("ada"):
        change_settings(is_set_up=False)
        return mint_setup_token()


def test_the_first_administrator_names_the_desk_and_is_in(as_nobody, token, acting):
    form = as_nobody.get(f"/setup/{token}")
    done = as_nobody.post(f"/setup/{token}", FORM)

    assert form.status == 200
    assert (done.status, done.location) == (303, "/agent/queues/unassigned")
    with acting("ada"):
        desk = load_desk()
        frida = db.session.scalars(select(User).where(User.full_name == "Frida First")).one()
        assert (desk.desk_name, desk.base_url, desk.time_zone, desk.is_set_up) == (
            "Velorna Support",
            "https://help.velorna.example",
            "Europe/Lisbon",
            True,
        )
        assert (frida.is_staff, frida.email, "manage_people" in frida.permissions) == (
            True,
            "frida@velorna.example",
            True,
        )


def test_it_is_open_once(as_nobody, browser, token):
    as_nobody.post(f"/setup/{token}", FORM)

    assert browser().get(f"/setup/{token}").status == 410
    assert browser().post(f"/setup/{token}", FORM | {"email": "second@velorna.example"}).status == 410


def test_a_newer_token_replaces_the_older(as_nobody, token, acting):
    with acting("ada"):
        newer = mint_setup_token()

    assert as_nobody.get(f"/setup/{token}").status == 410
    assert as_nobody.get(f"/setup/{newer}").status == 200


@pytest.mark.parametrize("form", [FORM, {}], ids=["filled", "empty"])
def test_nobody_gets_in_without_a_token(as_nobody, token, form):
    assert as_nobody.get("/setup/anything").status == 410
    assert as_nobody.post("/setup/anything", form).status == 410
    assert as_nobody.get("/setup/").status == 404


@pytest.mark.parametrize(
    "typed, words",
    [
        ({"password": "short"}, "Use at least 12 characters."),
        ({"email": "frida"}, "This is not an e-mail address."),
        ({"base_url": "javascript:alert(1)"}, "Write a web address"),
        ({"base_url": "https://u@host.example"}, "Write a web address"),
        ({"desk_name": ""}, "Give the desk a name."),
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone."),
        ({"email": "carl@customer.example"}, "is here already"),
    ],
)
def test_what_cannot_be_used_is_said_and_the_link_still_works(as_nobody, token, typed, words):
    refused = as_nobody.post(f"/setup/{token}", FORM | typed)

    assert refused.status == 422
    assert words in refused.text
    assert "a long enough sentence" not in refused.html
    assert as_nobody.post(f"/setup/{token}", FORM).status == 303


def test_a_desk_that_is_set_up_mints_no_token(acting):
    with acting("ada"):
        assert mint_setup_token() is None


def test_the_address_is_suggested_from_the_request(as_nobody, token):
    page = as_nobody.get(f"/setup/{token}", base_url="http://desk.test:8000")

    assert 'value="http://desk.test:8000"' in page.html
