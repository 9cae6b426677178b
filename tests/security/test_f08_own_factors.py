"""F08: whoever adds, removes or renews second factors proves both: the password, and a factor they have."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from helpdesk.identity.second_factors import Authenticator, RecoveryCode
from tests.support.browser import Browser
from tests.support.cast import PASSWORD
from tests.support.factors import code_now, give_app, wrong_code

OWN = "/portal/profile/security"
DEEDS = (
    "/app",
    "/app/removal",
    "/recovery-codes",
    "/passkeys",
    "/passkeys/zebra/removal",
    "/passkeys/challenge",
)


@pytest.fixture
def carl(as_carl: Browser, acting: Callable[..., Any]) -> Browser:
    """He has an app and is signed in; the second proof was given long ago, or never."""
    with acting("carl") as person:
        give_app(person)
    return as_carl


def test_F08_an_open_browser_alone_does_nothing_to_second_factors(
    carl: Browser, acting: Callable[..., Any]
) -> None:
    answers = {deed: carl.post(OWN + deed) for deed in DEEDS}

    assert {deed: seen.status for deed, seen in answers.items()} == dict.fromkeys(DEEDS, 303)
    assert all((seen.location or "").startswith("/second-factor?") for seen in answers.values())
    with acting("carl"):
        assert len(db.session.scalars(select(Authenticator)).all()) == 1
        assert db.session.scalars(select(RecoveryCode)).all() == []


def test_F08_a_code_is_not_the_password(carl: Browser, acting: Callable[..., Any]) -> None:
    with acting("carl"):
        long_ago = clock.now() - timedelta(hours=2)
        db.session.execute(update(SignInSession).values(proven_at=long_ago))
    carl.post("/second-factor", {"code": code_now()})

    assert (carl.post(f"{OWN}/app/removal").location or "").startswith("/confirm?")
    carl.post("/confirm", {"password": PASSWORD})
    assert carl.post(f"{OWN}/app/removal").location == OWN
    with acting("carl"):
        assert db.session.scalars(select(Authenticator)).all() == []


def test_F08_a_wrong_code_proves_nothing(carl: Browser) -> None:
    assert carl.post("/second-factor", {"code": wrong_code()}).status == 422
    assert (carl.get(f"{OWN}/app/removal/new").location or "").startswith("/second-factor?")


def test_F08_new_codes_are_shown_once(carl: Browser) -> None:
    carl.post("/second-factor", {"code": code_now(), "next": f"{OWN}/recovery-codes/new"})
    shown = carl.post(f"{OWN}/recovery-codes")

    assert shown.status == 200
    assert shown.html.count("<li><code") == 10
    assert "<li><code" not in carl.get(OWN).html
