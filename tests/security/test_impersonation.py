"""Administrators look at the desk as somebody else: under both names, for an hour, without secrets and danger."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.audit.models import AccessKind, AccessLog, AuditLog
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.models import SignInMethod, SignInSession
from helpdesk.identity.operations.sessions import end_sessions
from tests.conftest import person_named
from tests.security.matrix import Asking, cases, undone
from tests.security.routes import ROUTES
from tests.security.things import world
from tests.support.browser import Browser
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

WHY = {"reason": "HD-1: they see no tickets"}
SECRET_PLACES = {
    *("devices", "passwords", "security", "authenticators", "passkeys", "recovery_codes", "proofs", "proven"),
}
"""Blueprints that show or change what only its owner knows."""


@pytest.fixture
def look_as(as_ada: Browser, ids: Callable[[str], int]) -> Callable[[str], Browser]:
    """`look_as("carl")`: Ada's browser, in which she looks at the desk as Carl."""

    def look(name: str) -> Browser:
        assert as_ada.post(f"/admin/people/{ids(name)}/impersonation", WHY).status == 303
        return as_ada

    return look


def kept_in(browser: Browser) -> dict[str, Any]:
    with browser.client.session_transaction() as session:
        return dict(session)


def events(acting: Callable[..., Any]) -> list[tuple[Any, ...]]:
    with acting("ana"):
        wanted = (AccessKind.IMPERSONATION_STARTED, AccessKind.IMPERSONATION_ENDED)
        columns = (AccessLog.kind, AccessLog.user_id, AccessLog.record_id, AccessLog.detail)
        rows = db.session.execute(select(*columns).where(AccessLog.kind.in_(wanted)).order_by(AccessLog.id))
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("name, home", [("carl", "/portal/tickets"), ("ana", "/agent/queues/unassigned")])
def test_every_page_says_so(look_as: Callable[[str], Browser], name: str, home: str) -> None:
    browser = look_as(name)

    assert "You look at the desk as" in browser.get(home).text
    assert 'action="/look-back"' in browser.get(home).html


def test_what_is_done_bears_both_names(
    look_as: Callable[[str], Browser], ids: Callable[[str], int], acting: Callable[..., Any]
) -> None:
    look_as("carl").post("/portal/profile", {"full_name": "Carl C. Customer", "locale": "", "time_zone": ""})

    with acting("ana"):
        changed = select(AuditLog.user_id, AuditLog.impersonator_id).where(
            AuditLog.table_name == "users", AuditLog.record_id == ids("carl")
        )
        assert db.session.execute(changed.order_by(AuditLog.id.desc())).first() == (ids("carl"), ids("ada"))


def test_start_and_end_are_kept_with_the_reason(
    look_as: Callable[[str], Browser], ids: Callable[[str], int], acting: Callable[..., Any]
) -> None:
    browser = look_as("carl")
    led = browser.post("/look-back")

    assert led.location == f"/admin/people/{ids('carl')}"
    assert events(acting) == [
        (AccessKind.IMPERSONATION_STARTED, ids("ada"), ids("carl"), WHY["reason"]),
        (AccessKind.IMPERSONATION_ENDED, ids("ada"), ids("carl"), ""),
    ]


def test_the_way_back_leads_to_ones_own_session(look_as: Callable[[str], Browser], as_ada: Browser) -> None:
    own = kept_in(as_ada)["sid"]
    browser = look_as("carl")
    through = kept_in(browser)["sid"]
    browser.post("/look-back")

    assert through != own
    assert kept_in(browser)["sid"] == own
    assert "own_sid" not in kept_in(browser)
    assert browser.get("/admin/people").status == 200


def test_after_an_hour_one_is_oneself_again(look_as: Callable[[str], Browser]) -> None:
    browser = look_as("carl")
    with clock.freeze(clock.now() + timedelta(minutes=61)):
        first = browser.post("/portal/profile", {"full_name": "Ada?"})
        second = browser.get("/admin/people")

    assert (first.status, first.location) == (303, "/login")
    assert second.status == 200


def test_signing_out_ends_both(look_as: Callable[[str], Browser], acting: Callable[..., Any]) -> None:
    browser = look_as("carl")
    browser.post("/logout")

    assert browser.get("/admin/people").location == "/login?next=/admin/people"
    with acting("ana"):
        assert db.session.scalars(select(SignInSession.user_id)).all() == []


@pytest.mark.parametrize("whose", ["ada", "carl"])
def test_it_ends_with_the_sessions_of_either(
    look_as: Callable[[str], Browser], acting: Callable[..., Any], whose: str
) -> None:
    browser = look_as("carl")
    with acting("ben"):
        end_sessions(person_named(whose))

    assert browser.get("/portal/tickets").status == 303


def test_it_ends_when_the_administrator_is_one_no_more(
    look_as: Callable[[str], Browser], acting: Callable[..., Any]
) -> None:
    browser = look_as("carl")
    with acting("ada"):
        ben = person_named("ben")
        ben.role_id = person_named("ada").role_id
        db.session.flush()
        deactivate(person_named("ada"), by=ben)

    assert browser.get("/portal/tickets").location == "/login?next=/portal/tickets"
    assert browser.get("/admin/people").status == 303


def test_it_counts_as_no_sign_in(look_as: Callable[[str], Browser], acting: Callable[..., Any]) -> None:
    with acting("ana"):
        before = person_named("carl").last_login
    look_as("carl")

    with acting("ana"):
        assert person_named("carl").last_login == before
        through = db.session.scalars(
            select(SignInSession).where(SignInSession.method == SignInMethod.IMPERSONATION)
        ).one()
        assert through.proven_at is None


@pytest.mark.parametrize("name", ["ada", "mallory"])
def test_nobody_looks_through_themself_or_nobody(
    as_ada: Browser, ids: Callable[[str], int], name: str
) -> None:
    person_id = ids("ada") if name == "ada" else 999_999
    status = as_ada.post(f"/admin/people/{person_id}/impersonation", WHY).status

    assert status == (403 if name == "ada" else 404)


@pytest.mark.parametrize("reader", ["ana", "carl"])
def test_others_find_no_way(browser: Callable[..., Browser], ids: Callable[[str], int], reader: str) -> None:
    refused = browser(reader).post(f"/admin/people/{ids('cora')}/impersonation", WHY)

    assert refused.status == (403 if reader == "ana" else 404)


@pytest.mark.parametrize("reason", ["", "   ", "why", "x" * 201])
def test_without_a_reason_nothing_happens(
    as_ada: Browser, ids: Callable[[str], int], acting: Callable[..., Any], reason: str
) -> None:
    before = kept_in(as_ada)["sid"]
    refused = as_ada.post(f"/admin/people/{ids('carl')}/impersonation", {"reason": reason})

    assert refused.status == 422
    assert kept_in(as_ada)["sid"] == before
    assert events(acting) == []


def test_through_another_nobody_looks_further(
    look_as: Callable[[str], Browser], ids: Callable[[str], int]
) -> None:
    refused = look_as("ana").post(f"/admin/people/{ids('carl')}/impersonation", WHY)

    assert refused.status == 403


@pytest.mark.parametrize("name, actor", [("carl", "own customer"), ("ana", "agent")])
def test_no_secret_and_no_dangerous_act(app: Flask, transaction: Connection, name: str, actor: str) -> None:
    """Every address that is dangerous or shows what only its owner knows: refused, as whoever it is."""
    desk = RealDesk(app)
    places: Mapping[str, Any] = world(desk)
    ask = Asking(desk, places, actor)
    make_impersonated(desk, name)
    closed = [
        case for case in cases(app, ROUTES, places) if case.route.fresh or is_secret(case.rule.endpoint)
    ]
    let_through = []
    for case in closed:
        with undone(transaction):
            answer = ask(case)
            if answer.status not in (403, 404) and not leads_home(answer.location):
                let_through.append(f"{case}: {answer.status} {answer.location}")
    tally("closed addresses tried by who looks at the desk as somebody else", len(closed))

    assert let_through == []


def is_secret(endpoint: str) -> bool:
    """One's own; the page of signing in with a passkey is nobody's."""
    return not SECRET_PLACES.isdisjoint(endpoint.split(".")) and endpoint.split(".")[:2] != [
        "public",
        "passkeys",
    ]


def leads_home(location: str | None) -> bool:
    return location in ("/portal/tickets", "/agent/queues/unassigned")


def make_impersonated(desk: RealDesk, name: str) -> None:
    """Whoever is signed in as this person is Ada from now on."""
    with desk.doing("ada") as ada:
        theirs = select(SignInSession).where(SignInSession.user_id == person_named(name).id)
        for each in db.session.scalars(theirs):
            each.impersonator_id = ada.id
