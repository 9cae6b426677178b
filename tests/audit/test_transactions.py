"""The trail is part of the transaction: what was not done is not told, what was done cannot go untold."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Organization, Team
from helpdesk.audit.models import AuditLog
from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.tickets.models import Ticket
from tests.audit.conftest import News


def name_it_like_another(session: Session) -> None:
    """An organization that cannot be: its name is taken."""
    session.add(Organization(name="Customer Inc", domains=[]))
    session.flush()


def found_a_team_and_name_an_organization_like_another() -> None:
    db.session.add(Team(name="New"))
    db.session.flush()
    db.session.add(Organization(name="Customer Inc", domains=[]))


def test_what_is_rolled_back_is_not_told(work: Session, ticket: Ticket, news: News) -> None:
    news()
    ticket.title = "Never"
    work.flush()
    work.rollback()

    assert news() == []


def test_a_rolled_back_savepoint_leaves_nothing(work: Session, ticket: Ticket, news: News) -> None:
    news()
    savepoint = work.begin_nested()
    ticket.title = "Never"
    work.flush()
    savepoint.rollback()

    assert news() == []


def test_what_came_before_and_after_a_rolled_back_savepoint_is_told(
    work: Session, ticket: Ticket, news: News
) -> None:
    news()
    ticket.title = "Before"
    savepoint = work.begin_nested()
    work.add(Team(name="Never"))
    ticket.title = "Never"
    work.flush()
    savepoint.rollback()
    work.add(Team(name="After"))

    assert [(row.table_name, row.changes.get("title") or row.changes["name"]) for row in news()] == [
        ("tickets", ["The printer is on fire", "Before"]),
        ("teams", [None, "After"]),
    ]


def test_a_savepoint_inside_a_savepoint_goes_with_the_outer_one(
    work: Session, ticket: Ticket, news: News
) -> None:
    news()
    ticket.title = "Kept"
    outer = work.begin_nested()
    ticket.title = "Outer"
    inner = work.begin_nested()
    ticket.title = "Inner"
    work.flush()
    inner.commit()
    outer.rollback()

    (row,) = news()
    assert row.changes == {"title": ["The printer is on fire", "Kept"]}


def test_a_kept_savepoint_is_told_once(work: Session, ticket: Ticket, news: News) -> None:
    news()
    with work.begin_nested():
        ticket.title = "Inside"
    ticket.title = "Outside"

    (row,) = news()
    assert row.changes == {"title": ["The printer is on fire", "Outside"]}


def test_a_refused_row_inside_a_savepoint_takes_only_its_own_traces(
    work: Session, ticket: Ticket, news: News
) -> None:
    news()
    ticket.title = "Kept"
    work.flush()
    with pytest.raises(IntegrityError), work.begin_nested():
        name_it_like_another(work)

    (row,) = news()
    assert row.changes == {"title": ["The printer is on fire", "Kept"]}


def test_a_failed_commit_leaves_neither_the_change_nor_its_trace(own_app: Flask) -> None:
    def count() -> int:
        with own_app.app_context(), current.entering(Via.CLI):
            return db.session.scalar(select(func.count()).select_from(AuditLog)) or 0

    before = count()
    with own_app.app_context(), current.entering(Via.CLI):
        with pytest.raises(IntegrityError), unit_of_work():
            found_a_team_and_name_an_organization_like_another()
        assert db.session.scalar(select(func.count()).select_from(Team).where(Team.name == "New")) == 0

    assert count() == before


def test_a_trail_that_cannot_be_written_undoes_the_change(
    work: Session, ticket: Ticket, news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    news()
    ticket.title = "Unseen"
    monkeypatch.setattr("helpdesk.audit.entries.plain", lambda value: object())

    with pytest.raises(Exception, match="JSON"):
        work.commit()
    work.rollback()
    monkeypatch.undo()

    assert work.scalars(select(Ticket.title)).all() == ["The printer is on fire"]
    assert news() == []
