"""What somebody sent without a fresh proof is theirs after it: kept by the browser, and sent on with one button."""

import html
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from wtforms import PasswordField

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from helpdesk.settings.catalogue import load_desk
from helpdesk.web.forms import Form
from helpdesk.web.kept_forms import COOKIE, SECRET_NAME
from tests.support.browser import Browser, Seen
from tests.support.cast import PASSWORD

DESK = "/admin/settings/desk"
ROLES = "/admin/roles"


@pytest.fixture
def too_late(acting: Callable[..., Any]) -> Callable[[], None]:
    """Everybody's proof was given an hour ago."""

    def grow() -> None:
        with acting("ada"):
            db.session.execute(
                update(SignInSession).values(proven_at=clock.now() - timedelta(hours=1)),
                execution_options={"synchronize_session": False},
            )

    return grow


def proven(browser: Browser, led: Seen) -> Seen:
    """Where the password leads whom `led` asked for it."""
    asked = browser.get(led.location or "")
    assert "Is it you?" in asked.text
    onward = re.search(r'name="next"[^>]* value="([^"]*)"', asked.html)
    assert onward is not None
    return browser.get(
        browser.post("/confirm", {"password": PASSWORD, "next": html.unescape(onward[1])}).location or ""
    )


def sent_on(browser: Browser, page: Seen) -> Seen:
    """What the one button of the page does: nothing but what stands in its form."""
    form = page.html[page.html.index('<form method="post"') :]
    action = re.search(r'action="([^"]*)"', form)
    assert action is not None
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(html.unescape(name), []).append(html.unescape(value))
    assert "csrf_token" in data
    return Seen(browser.client.post(html.unescape(action[1]), data=data))


def test_settings_keep_what_was_typed(
    as_ada: Browser, too_late: Callable[[], None], acting: Callable[..., Any]
) -> None:
    page = as_ada.get("/admin/settings")
    form = page.html[page.html.index(f'action="{DESK}') :]
    seen = re.search(r'name="seen" value="([^"]*)"', form)
    assert seen is not None
    too_late()
    typed = {"seen": html.unescape(seen[1]), "time_zone": "Europe/Vienna", "locale": "en"}
    led = as_ada.post(DESK, typed, headers={"Referer": "http://localhost/admin/settings"})

    page = proven(as_ada, led)
    assert "What you had typed is still here" in page.text
    done = sent_on(as_ada, page)

    assert done.status == 303, errors_of(done)
    with acting("ada"):
        assert load_desk().time_zone == "Europe/Vienna"


def errors_of(page: Seen) -> list[str]:
    return re.findall(r'class="error"[^>]*>.*?<span>([^<]*)</span>', page.html)


def test_nothing_happens_before_the_button_and_nobody_else_gets_it(
    as_ada: Browser, as_carl: Browser, too_late: Callable[[], None]
) -> None:
    too_late()
    led = as_ada.post(ROLES, {"name": 'Nightly "x" <b>'})
    page = proven(as_ada, led)
    assert 'name="name" value="Nightly &#34;x&#34; &lt;b&gt;"' in page.html
    assert "Nightly" not in as_ada.get(ROLES).text
    cookie = as_ada.client.get_cookie(COOKIE, path="/proven")
    assert cookie is not None
    assert cookie.http_only
    as_carl.client.set_cookie(COOKIE, cookie.value, path="/proven")

    stolen = as_carl.get(page.response.request.full_path)

    assert "Nightly" not in stolen.html
    assert stolen.status == 303


def test_a_forged_or_older_form_is_not_sent_on(as_ada: Browser, too_late: Callable[[], None]) -> None:
    too_late()
    older = as_ada.post(ROLES, {"name": "First"})
    newer = as_ada.post(ROLES, {"name": "Second"})

    assert proven(as_ada, older).status == 303  # to the page of the form: the browser keeps one
    too_late()
    assert "Second" in proven(as_ada, newer).html
    as_ada.client.set_cookie(COOKIE, "forged", path="/proven")
    assert as_ada.get("/proven?form=x&page=//evil.example").location == "/agent/queues/unassigned"


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Sealed", "client_secret": "not to be kept"},
        {"name": "x" * 100_000 + "".join(map(chr, range(0x4E00, 0x5E00)))},
        {"name": "A file", "file": (io.BytesIO(b"x"), "x.txt")},
    ],
    ids=["secret", "too long", "file"],
)
def test_what_cannot_be_kept_leads_to_its_form_again(
    as_ada: Browser, too_late: Callable[[], None], typed: dict[str, Any]
) -> None:
    too_late()
    led = as_ada.post(ROLES, typed, headers={"Referer": "http://localhost/admin/roles/new"})

    assert led.location == "/confirm?next=/admin/roles/new&again=1"
    assert as_ada.client.get_cookie(COOKIE, path="/proven") is None


def test_no_field_for_a_secret_is_kept(app: Flask) -> None:
    def forms(base: type[Form]) -> Iterator[type[Form]]:
        for each in base.__subclasses__():
            yield each
            yield from forms(each)

    with app.test_request_context():
        fields = [field for form in set(forms(Form)) for field in form.__dict__.items()]
    secret = [name for name, field in fields if getattr(field, "field_class", None) is PasswordField]

    assert len(secret) > 5
    assert [name for name in secret if not SECRET_NAME.search(name)] == []
