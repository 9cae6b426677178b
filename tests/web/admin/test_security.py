"""The security page: what is weak, who has one proof only, who failed to sign in, whether the trail is sealed."""

import os
import re
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import insert, select, update

from helpdesk.accounts.models import Role
from helpdesk.audit.models import AccessKind, AccessLog, AuditLog
from helpdesk.core import clock
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from helpdesk.settings.catalogue import change_settings
from helpdesk.web.admin import security_findings
from tests.conftest import person_named
from tests.support.clamd import running
from tests.support.statements import counted_statements

URL = "/admin/security"


@pytest.fixture
def configured(app, monkeypatch):
    """`configured(base_url=…)`: the page reads this configuration."""

    def change(**values):
        with app.app_context():
            changed = replace(configuration(), **values)
        monkeypatch.setattr(security_findings, "configuration", lambda: changed)
        monkeypatch.setattr("helpdesk.files.scanning.configuration", lambda: changed)

    return change


@pytest.fixture
def failed(acting):
    """`failed("carl", times=3)`: failed sign-ins of somebody, or of an address that nobody has."""

    def fail(who, *, times=1, ip="203.0.113.9", ago=timedelta(minutes=5), kind=AccessKind.SIGN_IN_FAILED):
        with acting("ada"):
            is_typed = "@" in who
            row = {
                "created_at": clock.now() - ago,
                "kind": kind,
                "user_id": None if is_typed else person_named(who).id,
                "detail": who if is_typed else "",
                "via": Via.WEB,
                "ip": ip,
                "request_id": "r",
            }
            db.session.execute(insert(AccessLog), [row] * times)

    return fail


def test_the_menu_leads_there_and_only_administrators_come_in(as_ada, as_ana, as_carl):
    assert f'href="{URL}"' in as_ada.get("/admin").html
    assert (as_ada.get(URL).status, as_ana.get(URL).status, as_carl.get(URL).status) == (200, 403, 404)


def test_staff_without_a_second_factor_are_named(as_ada):
    page = as_ada.get(URL)

    assert "Staff without a second factor 3 of 3" in page.text
    for name in ("Ada Admin", "Ana Agent", "Ben Brown"):
        assert name in page.text
    assert "Carl Customer" not in page.text


def test_failed_sign_ins_are_counted_by_account_and_by_address(as_ada, failed):
    failed("carl", times=3)
    failed("carl", times=2, ago=timedelta(days=3), ip="198.51.100.7")
    failed("nobody@nowhere.example", times=4, kind=AccessKind.SECOND_FACTOR_FAILED)
    failed("carl", times=50, ago=timedelta(days=8))
    failed("carl", times=50, kind=AccessKind.SIGNED_IN)
    text = as_ada.get(URL).text

    assert "Carl Customer 3 5" in text
    assert "nobody@nowhere.example no account 4 4" in text
    assert "203.0.113.9 7 7" in text
    assert "198.51.100.7 0 2" in text
    assert text.index("Carl Customer 3 5") < text.index("nobody@nowhere.example")


def test_what_was_typed_is_text(as_ada, failed):
    failed("<script>alert(1)</script>@x")

    assert "<script>alert(1)" not in as_ada.get(URL).html


def test_ten_of_each_are_shown_in_seven_statements(as_ada, failed):
    for number in range(15):
        failed(f"user{number}@nowhere.example", ip=f"203.0.113.{number}", times=number + 1)
    with counted_statements() as statements:
        page = as_ada.get(URL)

    assert len(statements) <= 7
    assert page.text.count("@nowhere.example no account") == 10
    assert "user14@nowhere.example" in page.text


def test_a_role_that_administrates_needs_a_second_factor(as_ada, acting):
    assert "1 role may administrate and asks for no second factor." in as_ada.get(URL).text

    with acting("ada"):
        for role in db.session.scalars(select(Role)):
            role.needs_second_factor = True

    assert "asks for no second factor" not in as_ada.get(URL).text


def test_lines_of_the_trail_without_a_seal_are_told(as_ada, acting):
    def unsealed():  # in a long run those of the desk's own beginning are of some age as well
        told = re.search(r"(\d+) lines? of the audit trail (?:is|are) not sealed\.", as_ada.get(URL).text)
        return int(told[1]) if told else 0

    before = unsealed()

    with acting("ada"):
        row = {
            "created_at": clock.now() - timedelta(minutes=20), "table_name": "teams", "record_id": 1,
            "action": "update", "via": Via.WEB, "request_id": "r", "changes": {},
        }  # fmt: skip
        db.session.execute(insert(AuditLog).values(**row))

    assert unsealed() == before + 1


def test_old_sessions_of_staff_are_told(as_ada, as_ana, acting):
    with acting("ada"):
        values = {
            "created_at": clock.now() - timedelta(days=20),
            "idle_limit": timedelta(days=30),
            "expires_at": clock.now() + timedelta(days=10),
        }
        db.session.execute(
            update(SignInSession).where(SignInSession.user_id == person_named("ana").id).values(**values)
        )

    assert "1 session of staff is older than two weeks." in as_ada.get(URL).text


@pytest.mark.parametrize("name", ["records_sign_ins", "records_attachments", "records_exports"])
def test_what_is_not_recorded_is_told(as_ada, acting, name):
    with acting("ada"):
        change_settings(**{name: False})
    text = as_ada.get(URL).text

    assert ("Nobody records who signs in" in text) is (name == "records_sign_ins")
    assert ("Not all of what leaves the desk is recorded." in text) is (name != "records_sign_ins")


@pytest.mark.parametrize(
    "values, sentence",
    [
        ({"base_url": "http://help.example.com"}, "The desk's address is not https."),
        ({"base_url": "https://help.example.com"}, "The session's cookie is also sent without TLS."),
        ({"trusted_proxies": 1}, "The desk believes a proxy, and this request came past it."),
        ({"database_url": "postgresql://a:b@db.example/desk"}, "does not check whom it speaks to"),
        ({"private_networks": (ip_network("0.0.0.0/0"),)}, "may connect to nearly any private address"),
        ({"clamav": "127.0.0.1:1"}, "The virus scanner does not answer. Files are kept"),
        (
            {"clamav": "127.0.0.1:1", "clamav_down": "refuse"},
            "The virus scanner does not answer. No file is taken",
        ),
        ({"clamav": None}, "No virus scanner looks at files."),
        ({"files_url": None}, "Files are served from the desk's own address."),
        (
            {"files_url": "https://a.example", "base_url": "https://a.example"},
            "The host of files is the desk's own.",
        ),
        ({"old_secret_keys": ("x" * 40,)}, "Secret keys of before are still believed."),
    ],
)
def test_weak_settings_are_told_with_what_to_do(as_ada, configured, values, sentence):
    configured(**values)

    assert sentence in as_ada.get(URL).text


@pytest.mark.parametrize(
    "values",
    [
        {"base_url": "http://127.0.0.1:8000"},
        {"database_url": "postgresql://a:b@db.example/desk?sslmode=verify-full"},
        {"database_url": "postgresql:///desk?host=/run/postgresql"},
        {"private_networks": (ip_network("10.0.0.0/8"), ip_network("fd00::/48"))},
    ],
)
def test_strong_ones_are_not(as_ada, configured, values):
    configured(**values)
    text = as_ada.get(URL).text

    for sentence in ("is not https", "does not check whom", "nearly any private"):
        assert sentence not in text or "base_url" not in values


def test_a_scanner_that_answers_is_no_finding(as_ada, configured):
    with running() as server:
        configured(clamav=server.address)
        assert "virus scanner" not in as_ada.get(URL).text


def test_a_proxy_the_desk_does_not_know_of_is_told(as_ada):
    page = as_ada.get(URL, headers={"X-Forwarded-For": "203.0.113.9"})

    assert "A proxy stands in front, and the desk does not know of it." in page.text


def test_a_key_of_long_ago_is_told(as_ada, configured, tmp_path):
    key = tmp_path / "sealing_keys"
    key.write_text("x")
    configured(data_dir=tmp_path, sealing_keys=())
    assert "more than a year old" not in as_ada.get(URL).text

    os.utime(key, (0, 0))
    assert "more than a year old" in as_ada.get(URL).text


def test_the_gravest_stands_first(as_ada, configured):
    configured(base_url="http://help.example.com")
    text = as_ada.get(URL).text

    assert (
        text.index("is not https") < text.index("may administrate and asks") < text.index("No virus scanner")
    )
