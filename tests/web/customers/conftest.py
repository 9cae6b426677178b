"""Requests for the pages of the portal to show."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import open_ticket, reply
from helpdesk.web.languages import PseudoDomain
from tests.support.browser import Browser, Seen


@pytest.fixture
def asked(acting: Callable[..., Any]) -> Callable[..., str]:
    """`asked("carl", "Title")` opens a request as that person and returns its number."""

    def ask(name: str, title: str = "A question", content: str = "How does it work?", **more: Any) -> str:
        with acting(name) as person:
            ticket = open_ticket(requester=person, by=person, title=title, description=content, **more)
            return ticket.ticket_number

    return ask


@pytest.fixture
def deed(acting: Callable[..., Any]) -> Callable[..., None]:
    """`deed("ana", resolve, number)` does something to a ticket as that person."""

    def do(name: str, operation: Callable[..., Any], number: str, **more: Any) -> None:
        with acting(name) as person:
            operation(ticket_numbered(number), by=person, **more)

    return do


@pytest.fixture
def answered(deed: Callable[..., None]) -> Callable[..., None]:
    """`answered(number, "Try this.")` is a public answer by Ana."""
    return lambda number, content="Try turning it off and on.", **more: deed(
        "ana", reply, number, content=content, **more
    )


@pytest.fixture
def facts(acting: Callable[..., Any]) -> Callable[..., Any]:
    """`facts(number, Ticket.status, …)` are columns of a ticket as they are in the database now."""

    def look(number: str, *columns: Any) -> Any:
        with acting("ana"):
            found = db.session.execute(select(*columns).where(Ticket.ticket_number == number)).one()
            return found[0] if len(columns) == 1 else tuple(found)

    return look


@pytest.fixture
def cold(acting: Callable[..., Any]) -> Callable[[Browser], Browser]:
    """The browser of somebody who comes back after a while: the next request also notes their presence."""

    def let_time_pass(browser: Browser) -> Browser:
        with acting("ana"):
            db.session.execute(update(SignInSession).values(last_seen_at=clock.now() - timedelta(hours=1)))
        return browser

    return let_time_pass


def ticket_numbered(number: str) -> Ticket:
    return db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()


@pytest.fixture
def pseudo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text of ours that went through translation is bracketed."""
    monkeypatch.setattr(app.extensions["babel"].instance, "domain_instance", PseudoDomain())


def cold_get(cold: Callable[[Browser], Browser], browser: Browser, path: str, seen: list[str]) -> Seen:
    """A page as it is got by somebody who comes back; `seen` keeps its statements alone."""
    cold(browser)
    seen.clear()
    return browser.get(path)
