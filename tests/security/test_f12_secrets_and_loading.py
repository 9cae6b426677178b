"""F12: no secret is shipped, none is shared, an old one is let go in peace; and nothing that is loaded can run."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk.accounts.models import User
from helpdesk.app import create_app
from helpdesk.config import Config, ConfigError
from helpdesk.core import current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.database import migrations
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.mail.reply_tokens import Claim, Forged, read_reply_token, reply_token
from tests.support import databases
from tests.support.browser import Browser
from tests.support.real_desk import RealDesk

ROOT = Path(__file__).parents[2]
OLD, NEW = "t" + "0123456789abcdef" * 4, "n" + "fedcba9876543210" * 4
RUNS = re.compile(
    r"^(pickle|marshal|shelve|dill|jsonpickle|cloudpickle|yaml|joblib)(\.|$)|^(eval|exec|compile|__import__)$"
)
ALLOWED = {
    "helpdesk/mail/parsing/__main__.py": {"pickle"},
    "helpdesk/mail/parsing/child.py": {"pickle"},
}
"""What a limited process read of a mail comes back through a reader that makes five kinds of values and no other."""


def test_two_desks_share_no_secret(tmp_path: Path) -> None:
    secrets = set()
    for name in ("one", "other"):
        config = Config.from_environ({"HELPDESK_DATA": str(tmp_path / name)})
        secrets |= {config.secret_key, (tmp_path / name / "sealing_keys").read_text()}

    assert len(secrets) == 4
    assert min(map(len, secrets)) >= 44


@pytest.mark.parametrize(
    "key",
    [
        "",
        "secret",
        "x" * 64,
        "changeme" * 8,
        "your-secret-key-your-secret-key-00",
        "example" * 9,
        "password" * 8,
    ],
)
def test_short_and_sample_keys_are_refused(tmp_path: Path, key: str) -> None:
    environ = {"HELPDESK_DATA": str(tmp_path), "HELPDESK_OLD_SECRET_KEYS": key}
    if not key:
        assert len(Config.from_environ({**environ, "HELPDESK_SECRET_KEY": key}).secret_key) >= 44
        return
    for name in ("HELPDESK_SECRET_KEY", "HELPDESK_OLD_SECRET_KEYS"):
        with pytest.raises(ConfigError, match=name):
            Config.from_environ({"HELPDESK_DATA": str(tmp_path), name: key})


def test_no_secret_stands_in_what_is_shipped() -> None:
    looks_secret = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}|ghp_\w{36}|xox[bp]-\w{10}|"
        r"(?i:password|secret|token)\s*=\s*[\"'][\w+/=-]{20,}[\"']"
    )
    shipped = [
        each for kind in ("*.py", "*.html", "*.js", "*.toml") for each in (ROOT / "helpdesk").rglob(kind)
    ]
    shipped += [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").rglob("*.js"), ROOT / "wsgi.py"]

    assert [each.name for each in shipped if looks_secret.search(each.read_text(encoding="utf-8"))] == []


def test_a_fresh_desk_has_no_account_that_anybody_could_know(
    server: EmbeddedServer, run_folder: Path, tmp_path: Path
) -> None:
    with databases.spare(server, run_folder, is_empty=True) as name:
        config = databases.config_for(server, name, tmp_path)
        migrations.upgrade(config)
        app = create_app(config)
        with app.app_context(), current.entering(Via.CLI):
            with_password = select(func.count()).select_from(User).where(User.password_hash.is_not(None))
            assert db.session.scalar(with_password) == 0
            assert (
                db.session.scalar(select(func.count()).select_from(User).where(User.role_id.is_not(None)))
                == 0
            )
        databases.dispose(app)


def test_nothing_that_is_loaded_can_run() -> None:
    found: dict[str, set[str]] = {}
    for source in sorted((ROOT / "helpdesk").rglob("*.py")):
        names = set()
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module or "")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names.add(node.func.id)
        if risky := {name for name in names if RUNS.match(name)}:
            found[source.relative_to(ROOT).as_posix()] = risky

    assert found == ALLOWED


@pytest.fixture
def rotated(own_app: Flask, tmp_path: Path) -> Callable[..., Flask]:
    """The desk of `own_app`, started again with another key."""

    def again(old: str = "") -> Flask:
        with own_app.app_context():
            url = str(configuration().database_url)
        environ = {"DATABASE_URL": url, "HELPDESK_DATA": str(tmp_path), "HELPDESK_SECRET_KEY": NEW}
        app = create_app(Config.from_environ({**environ, "HELPDESK_OLD_SECRET_KEYS": old}))
        app.testing = True
        return app

    return again


def cookie_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("helpdesk")
    assert cookie is not None
    return cookie.value


def test_after_a_change_of_key_people_stay_until_the_old_one_is_let_go(
    own_app: Flask, rotated: Callable[..., Flask]
) -> None:
    cookie = cookie_of(RealDesk(own_app).browser("carl"))
    with_old, without = rotated(OLD), rotated()

    def opened(app: Flask, value: str) -> Browser:
        browser = Browser(app, app.test_client())
        browser.client.set_cookie("helpdesk", value)
        return browser

    try:
        carl = opened(with_old, cookie)
        assert carl.get("/portal/tickets").status == 200
        with carl.client.session_transaction() as session:
            session["touched"] = True
        fresh = cookie_of(carl)
        assert opened(without, fresh).get("/portal/tickets").status == 200  # signed with the new one
        assert str(opened(without, cookie).get("/portal/tickets").location).startswith("/login")
    finally:
        for app in (with_old, without):
            databases.dispose(app)


def test_answers_to_old_mails_still_find_their_ticket(own_app: Flask, rotated: Callable[..., Flask]) -> None:
    with own_app.app_context():
        token = reply_token(7, 5)
    with_old, without = rotated(OLD), rotated()
    try:
        with with_old.app_context():
            assert read_reply_token(token) == Claim(7, 5)
            assert reply_token(7, 5) != token
        with without.app_context():
            assert read_reply_token(token) == Forged()
    finally:
        for app in (with_old, without):
            databases.dispose(app)
