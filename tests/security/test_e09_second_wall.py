"""E09: with every policy patched to say yes, PostgreSQL alone still shows who is outside nothing that is not theirs."""

import sys
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any, get_type_hints

import pytest
from flask import Flask
from sqlalchemy import Connection, select
from sqlalchemy.sql.elements import ColumnElement

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import tickets_for
from helpdesk.web.agents import tickets
from helpdesk.web.customers import closures
from tests.conftest import person_named
from tests.security.actors import OUTSIDERS, SEEN_BY
from tests.security.matrix import Asking, Case, cases, undone
from tests.security.routes import ROUTES
from tests.security.things import OWNERS, world
from tests.security.trying import differences, domain, hidden_from, told
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

RESULTS: Mapping[Any, Callable[[], Any]] = {
    bool: lambda: True,
    ColumnElement[bool]: lambda: Ticket.id.is_not(None),
}
"""By what a rule returns, its yes."""


@pytest.fixture
def desk(app: Flask, transaction: Connection) -> RealDesk:
    return RealDesk(app)


@pytest.fixture
def places(desk: RealDesk) -> Mapping[str, Any]:
    return world(desk)


@pytest.fixture
def allowing(app: Flask, places: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whatever a policy is asked, it says yes, under each name by which its rules were imported; and so does every
    role. Returns the rules."""
    found = {rule: yes for module in policies() for rule, yes in rules_of(module)}
    for module in [each for name, each in sys.modules.items() if name.startswith("helpdesk")]:
        for name, value in list(vars(module).items()):
            if isinstance(value, FunctionType) and value in found:
                monkeypatch.setattr(module, name, found[value])
    monkeypatch.setattr(User, "may", lambda _person, _permission: True)
    monkeypatch.setitem(
        app.config, "PROPAGATE_EXCEPTIONS", False
    )  # what PostgreSQL refuses is a page to people
    return sorted(f"{rule.__module__}.{rule.__name__}" for rule in found)


def policies() -> list[ModuleType]:
    return [
        each for name, each in sys.modules.items() if name.startswith("helpdesk") and name.endswith(".policy")
    ]


def rules_of(module: ModuleType) -> Iterator[tuple[FunctionType, Callable[..., Any]]]:
    for value in list(vars(module).values()):
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            yes = RESULTS.get(get_type_hints(value)["return"])
            if yes is not None:
                yield value, lambda *_asked, yes=yes, **_named: yes()


def test_the_policies_are_all_out_of_force(app: Flask, allowing: list[str]) -> None:
    assert {each.rpartition(".")[0] for each in allowing} >= {
        "helpdesk.accounts.policy",
        "helpdesk.tickets.policy",
    }
    assert len(allowing) >= 25
    assert closures.can_settle(User(), Ticket())
    assert tickets.can_open(User())
    assert User().may(Permission.MANAGE_DESK)
    tally("rules that said yes to everything", len(allowing))


def test_the_code_alone_would_show_everything(desk: RealDesk, allowing: list[str]) -> None:
    """So that what follows is PostgreSQL's doing: in a role of staff, the same question brings all there is."""
    with desk.doing("ada"):
        shown = desk.rows(tickets_for(person_named("olga")).with_only_columns(Ticket.id))

    assert sorted(shown) == desk.rows(
        select(Ticket.id).where(Ticket.deleted_at.is_(None)).order_by(Ticket.id)
    )


@pytest.mark.parametrize("actor", OUTSIDERS)
def test_nobody_outside_is_shown_a_foreign_row(
    app: Flask,
    desk: RealDesk,
    places: Mapping[str, Any],
    transaction: Connection,
    allowing: list[str],
    actor: str,
) -> None:
    """Every address, every method: of a ticket that is not theirs no word comes, and nothing of it is changed."""
    every = list(cases(app, ROUTES, places))
    ask, leaked = Asking(desk, places, actor), []
    foreign = [case for case in every if is_foreign_deed(case, actor)]

    before = domain(transaction)
    for case in foreign:
        leaked += [(str(case), word) for word in told(ask(case), hidden_from(actor))]
    changed = differences(before, domain(transaction))
    for case in every:
        if not is_foreign_deed(case, actor):
            with undone(transaction):
                leaked += [(str(case), word) for word in told(ask(case), hidden_from(actor))]
    for path in SEARCHES:
        leaked += [(path, word) for word in told(ask.get(path), hidden_from(actor))]
    tally("routes × people × things asked for with every policy saying yes", len(every) + len(SEARCHES))

    assert leaked == []
    assert changed == []


SEARCHES = tuple(
    f"/portal/{page}?q={word}&show={show}"
    for page in ("tickets", "organization")
    for word in ("linnet", "nightja", "%25", "asked", "")
    for show in ("all", "open", "solved")
)


def is_foreign_deed(case: Case, actor: str) -> bool:
    """Whether it would change a ticket that is not this person's."""
    return case.method != "GET" and case.thing in OWNERS and actor not in SEEN_BY.get(case.thing, ())
