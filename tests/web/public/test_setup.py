"""The setup page: once, with the token from the console."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.background.tables import queued
from helpdesk.core.db import db
from helpdesk.identity.operations.setup import mint_setup_token
from helpdesk.settings.catalogue import change_settings, load_desk, reset_setting
from helpdesk.web.public import setup

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
        ({"email": "Agent@example.com", "wants_demo": "y"}, "Use your own one."),
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


def test_the_address_is_suggested_from_the_request(as_nobody, token, acting):
    with acting("ada"):
        reset_setting("base_url")
    page = as_nobody.get(f"/setup/{token}", base_url="http://192.0.2.7:8000")

    assert 'value="http://192.0.2.7:8000"' in page.html


def test_demo_data_is_left_to_the_worker(as_nobody, token, acting):
    as_nobody.post(f"/setup/{token}", FORM | {"email": "frida@velorna.test", "wants_demo": "y"})

    assert "Demo data is being made" in as_nobody.get("/agent/queues/unassigned").text
    with acting("ada"):
        ((name, arguments),) = db.session.execute(select(queued.c.task_name, queued.c.args))
        hashed = db.session.scalar(select(User.password_hash).where(User.full_name == "Frida First"))
    assert (name, arguments) == (
        "demo.make_demo_desk",
        {"tickets": 5_000, "seed": 1, "password_hash": hashed},
    )


def test_a_desk_that_others_reach_offers_no_demo(as_nobody, token, acting, monkeypatch):
    monkeypatch.setattr(setup, "configuration", OpenDesk)
    page = as_nobody.get(f"/setup/{token}")
    as_nobody.post(f"/setup/{token}", FORM | {"wants_demo": "y"})

    assert "wants_demo" not in page.html
    with acting("ada"):
        assert db.session.scalars(select(queued.c.task_name)).all() == []


class OpenDesk:
    is_loopback, base_url = False, None


def test_an_address_from_the_environment_cannot_be_changed(as_nobody, token, monkeypatch):
    monkeypatch.setattr(setup, "configuration", FixedDesk)

    assert "readonly" in as_nobody.get(f"/setup/{token}").html


class FixedDesk:
    is_loopback, base_url = True, "https://help.example.com"
