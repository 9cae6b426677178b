"""Tickets for the agents' pages to show, roles that may less, and browsers of a desk with real commits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from helpdesk.accounts.models import Role, RolePermission, Team
from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from helpdesk.tickets.models import Comment, Ticket
from helpdesk.tickets.operations import open_ticket
from helpdesk.web.languages import PseudoDomain
from tests.conftest import person_named
from tests.support.browser import Browser
from tests.support.real_desk import RealDesk

Deed = Callable[..., Any]


def ticket_numbered(number: str) -> Ticket:
    return db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()


def first_line() -> Team:
    return db.session.scalars(select(Team).where(Team.name == "First line")).one()


@pytest.fixture
def asked(acting: Deed) -> Callable[..., str]:
    """`asked("carl", "Title")` opens a ticket as that person and returns its number."""

    def ask(
        name: str = "carl", title: str = "A question", content: str = "How does it work?", **more: Any
    ) -> str:
        with acting(name) as person:
            ticket = open_ticket(requester=person, by=person, title=title, description=content, **more)
            return ticket.ticket_number

    return ask


@pytest.fixture
def deed(acting: Deed) -> Callable[..., None]:
    """`deed("ben", resolve, number)` does something to a ticket as that person, beside the pages."""

    def do(name: str, operation: Callable[..., Any], number: str, **more: Any) -> None:
        with acting(name) as person:
            operation(ticket_numbered(number), by=person, **more)

    return do


@pytest.fixture
def facts(acting: Deed) -> Callable[..., Any]:
    """`facts(number, Ticket.status, …)` are columns of a ticket as they are now."""

    def look(number: str, *columns: Any) -> Any:
        with acting("ada"):
            found = db.session.execute(select(*columns).where(Ticket.ticket_number == number)).one()
            return found[0] if len(columns) == 1 else tuple(found)

    return look


@pytest.fixture
def messages(acting: Deed) -> Callable[[str], list[tuple[str, bool]]]:
    """What was written on a ticket, and whether it is internal."""

    def read(number: str) -> list[tuple[str, bool]]:
        with acting("ada"):
            written = select(Comment.content, Comment.is_internal).join(Comment.ticket).order_by(Comment.id)
            return [tuple(row) for row in db.session.execute(written.where(Ticket.ticket_number == number))]

    return read


@pytest.fixture
def person_id(acting: Deed) -> Callable[[str], str]:
    def look(name: str) -> str:
        with acting("ada"):
            return str(person_named(name).id)

    return look


@pytest.fixture
def team_id(acting: Deed) -> str:
    with acting("ada"):
        return str(first_line().id)


@pytest.fixture
def permitted(acting: Deed) -> Callable[..., None]:
    """`permitted("ben", Permission.ANSWER_TICKETS)` gives a person a role with these permissions and no others."""

    def give(name: str, *permissions: Permission) -> None:
        with acting("ada"):
            given = [RolePermission(permission=permission) for permission in permissions]
            role = Role(name=f"What {name} may", permissions=given)
            db.session.add(role)
            db.session.flush()
            person_named(name).role_id = role.id

    return give


@pytest.fixture
def cold(acting: Deed) -> Callable[[Browser], Browser]:
    """The browser of somebody who comes back after a while: the next request also notes their presence."""

    def let_time_pass(browser: Browser) -> Browser:
        with acting("ada"):
            db.session.execute(update(SignInSession).values(last_seen_at=clock.now() - timedelta(hours=1)))
        return browser

    return let_time_pass


@pytest.fixture
def pseudo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text of ours that went through translation is bracketed."""
    with app.app_context():  # where Flask-Babel makes its own on first sight
        monkeypatch.setattr(app.extensions["babel"].instance, "domain_instance", PseudoDomain())


@pytest.fixture
def real_desk(own_app: Flask) -> RealDesk:
    return RealDesk(own_app)
