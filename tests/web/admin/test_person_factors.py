"""Taking away the second factors of somebody who lost them: asked first, done once, told by mail; not for everybody."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from helpdesk.identity.second_factors import Authenticator
from helpdesk.mail.models import MailPurpose, OutboxMessage
from tests.conftest import person_named
from tests.support.browser import Browser
from tests.support.factors import give_app


def removal(person_id: int) -> str:
    return f"/admin/people/{person_id}/second-factors/removal"


def test_they_are_removed_and_their_owner_is_told(
    as_ada: Browser, as_carl: Browser, acting: Callable[..., Any], person_id: Callable[[str], int]
) -> None:
    with acting("carl"):
        give_app(person_named("carl"))
    carl = person_id("carl")

    asked = as_ada.get(f"{removal(carl)}/new").text
    done = as_ada.post(removal(carl))

    assert "Remove their second factors?" in asked
    assert "The codes of their app work no longer." in asked
    assert done.status == 303
    assert "They have no second factor." in as_ada.get(f"{removal(carl)}/new").text
    assert as_carl.get("/portal/tickets").location == "/login?next=/portal/tickets"
    with acting("ada"):
        assert db.session.scalars(select(Authenticator)).all() == []
        assert db.session.scalars(select(SignInSession.id).where(SignInSession.user_id == carl)).all() == []
        told = select(OutboxMessage.id).where(OutboxMessage.purpose == MailPurpose.SECOND_FACTOR_REMOVED)
        assert len(db.session.scalars(told).all()) == 1


def test_who_looks_after_customers_does_not_disarm_administrators(
    as_ana: Browser,
    acting: Callable[..., Any],
    permitted: Callable[..., None],
    person_id: Callable[[str], int],
) -> None:
    with acting("ada"):
        give_app(person_named("ada"))
    ada = person_id("ada")
    assert as_ana.post(removal(ada)).status == 403
    permitted("ana", Permission.MANAGE_PEOPLE)

    assert as_ana.get(f"{removal(ada)}/new").status == 403
    assert as_ana.post(removal(ada)).status == 403
    assert as_ana.post(removal(10**9)).status == 404
    with acting("ada"):
        assert len(db.session.scalars(select(Authenticator)).all()) == 1
