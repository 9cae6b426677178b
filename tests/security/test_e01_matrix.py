"""E01, E06: every route × who asks × whose it is. Foreign looks like missing; what is refused changes nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from helpdesk.core.db import Base
from tests.security.matrix import (
    ACTORS,
    Asking,
    Case,
    Outcome,
    cases,
    expected,
    looks,
    outcome,
    undone,
    world,
)
from tests.security.routes import ROUTES
from tests.support.browser import Seen
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

BESIDE = {"sessions", "sign_in_attempts", "audit_logs"}
"""Tables in which a refusal may leave that somebody was here and tried."""


@pytest.fixture
def desk(app: Flask, transaction: Connection) -> RealDesk:
    return RealDesk(app)


@pytest.fixture
def places(desk: RealDesk) -> Mapping[str, Any]:
    return world(desk)


def test_every_route_is_classified(app: Flask) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert known - ROUTES.keys() == set(), "say in tests/security/routes.py who may pass there"
    assert ROUTES.keys() - known == set(), "tests/security/routes.py names what is no more"


@pytest.mark.parametrize("actor", ACTORS)
def test_everybody_gets_what_is_theirs_and_nothing_else(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], transaction: Connection, actor: str
) -> None:
    every = list(cases(app, ROUTES, places))
    let_in = [case for case in every if expected(case, actor) is Outcome.OPEN]
    turned_away = [case for case in every if expected(case, actor) is not Outcome.OPEN]
    ask = Asking(desk, places, actor)
    wrong = []

    before = domain(transaction)
    refusals = {str(case): (case, ask(case)) for case in turned_away}
    changed = differences(before, domain(transaction))
    for case in let_in:
        with undone(transaction):
            wrong += faults(case, actor, ask(case))
    wrong += [fault for case, answer in refusals.values() for fault in faults(case, actor, answer)]
    tally("routes × people × things asked for", len(every))

    assert wrong == [], "\n" + "\n".join(wrong)
    assert telling(refusals, actor) == []
    assert changed == []


def faults(case: Case, actor: str, answer: Seen) -> Iterator[str]:
    came, meant = outcome(case, actor, answer), expected(case, actor)
    if came is not meant:
        what = f"{getattr(came, 'name', came)} came ({answer.status} {answer.location})"
        yield f"{actor}: {case}: {meant.name} was meant, {what}"


def telling(refusals: Mapping[str, tuple[Case, Seen]], actor: str) -> list[str]:
    """Refusals that should be those of something missing, and by which one can tell that it is there."""
    missing = {
        (case.rule.endpoint, case.method, expected(case, actor)): looks(case, answer)
        for case, answer in refusals.values()
        if case.thing == "missing"
    }
    return [
        str(case)
        for case, answer in refusals.values()
        if looks(case, answer)
        != missing.get((case.rule.endpoint, case.method, expected(case, actor)), looks(case, answer))
    ]


def domain(transaction: Connection) -> dict[str, str]:
    """By table of the domain, a digest of all that stands in it."""
    parts = (
        f"select '{name}', md5(coalesce(string_agg(row::text, '|' order by row::text), '')) from {name} row"
        for name in ("procrastinate_jobs", *sorted(set(Base.metadata.tables) - BESIDE))
    )
    with undone(transaction):
        transaction.execute(text("set local role helpdesk_owner"))
        found = transaction.execute(text(" union all ".join(parts)))
        return {str(name): str(digest) for name, digest in found}


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [table for table in before if before[table] != after[table]]
