"""F05: a request for another name than the desk's is refused, however it says so."""

from time import monotonic

import pytest

from helpdesk.settings.catalogue import change_settings, reset_setting
from helpdesk.web.trusted_hosts import ChosenAddress

PATHS = ("/login", "/portal/tickets", "/agent", "/recover", "/ask", "/files/x", "/zebra")
FOREIGN = (
    "evil.example",
    "evil.example:8000",
    "desk.example.evil.example",
    "evil-desk.example",
    "desk.example:8000",
    "desk.example:",
    "user@desk.example",
    "desk.example@evil.example",
    "desk.example,evil.example",
    "desk.example evil.example",
    "desk.example/evil.example",
    "desk.example\\.evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "192.0.2.7",
    "169.254.169.254",
    "[2001:db8::7]",
    "",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", FOREIGN)
def test_F05_a_foreign_host_is_refused(as_nobody, host, path):
    page = as_nobody.client.get(path, headers={"Host": host})

    assert page.status_code == 400
    assert host.strip("[]").split(":")[0] in ("", *SAID) or host not in page.text


SAID = ("192.0.2.7", "169.254.169.254")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Host": "desk.example, evil.example"},
        {"X-Forwarded-Host": "desk.example:8443"},
        {"Forwarded": "for=192.0.2.1;host=evil.example;proto=https"},
        {"Forwarded": 'host="evil.example"'},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", PATHS[:3])
def test_F05_what_proxies_may_say_is_looked_at_too(as_nobody, path, headers):
    assert as_nobody.get(path, headers={"Host": "desk.example", **headers}).status == 400


@pytest.mark.parametrize("line", ["http://evil.example/login", "http://user@desk.example/login"])
def test_F05_a_foreign_name_in_the_first_line_is_refused(as_nobody, line):
    page = as_nobody.get("/login", headers={"Host": "desk.example"}, environ_overrides={"RAW_URI": line})

    assert page.status == 400


@pytest.mark.parametrize(
    "host",
    [
        "desk.example",
        "DESK.example",
        "desk.example:80",
        "localhost",
        "localhost:8443",
        "127.0.0.1:9",
        "[::1]:8000",
    ],
)
def test_F05_our_own_names_are_known(as_nobody, host):
    assert as_nobody.get("/login", headers={"Host": host}).status == 200


def test_F05_a_desk_without_an_address_answers_under_its_numbers(as_nobody, acting):
    with acting("ada"):
        reset_setting("base_url")

    statuses = [
        as_nobody.get("/login", headers={"Host": each}).status for each in ("192.0.2.7:8000", "evil.example")
    ]
    assert statuses == [200, 400]


def test_F05_another_address_counts_at_once(as_nobody, acting):
    assert as_nobody.get("/login", headers={"Host": "desk.example"}).status == 200
    with acting("ada"):
        change_settings(base_url="https://other.example")

    assert as_nobody.get("/login", headers={"Host": "other.example"}).status == 200
    assert as_nobody.get("/login", headers={"Host": "desk.example"}).status == 400


def test_F05_the_address_before_is_forgotten_soon():
    assert not ChosenAddress(base_url="http://desk.example", read_at=monotonic() - 31).is_fresh
    assert ChosenAddress(base_url="http://desk.example", read_at=monotonic()).is_fresh


def test_F05_who_watches_the_desk_asks_under_any_name(as_nobody):
    assert as_nobody.get("/healthz", headers={"Host": "10.9.8.7:8000"}).status == 200
