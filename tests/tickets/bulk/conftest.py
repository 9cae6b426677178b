"""Bulk edits as people make them: each in an entry of its own, committed, with a worker that runs when it is told."""

from collections.abc import Callable, Sequence

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core.db import db
from helpdesk.tickets.bulk import editing, jobs
from helpdesk.tickets.models import BulkEdit, Ticket
from tests.support.real_desk import RealDesk


@pytest.fixture
def desk(app: Flask, transaction: Connection) -> RealDesk:
    return RealDesk(app)


@pytest.fixture
def five(desk: RealDesk) -> list[int]:
    """The ids of five tickets of Carl's."""
    numbers = [desk.ask(f"ticket {place}") for place in range(5)]
    return sorted(row[0] for row in desk.rows(select(Ticket.id).where(Ticket.ticket_number.in_(numbers))))


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tickets are a piece, and more than one is too many to wait for."""
    monkeypatch.setattr(editing, "AT_ONCE", 1)
    monkeypatch.setattr(editing, "PIECE", 2)


Do = Callable[..., str]


@pytest.fixture
def do(desk: RealDesk) -> Do:
    """`do("ana", "status", "resolved", ids)` begins an edit; returns its address."""

    def begin(name: str, deed: str, value: str, ids: Sequence[int]) -> str:
        with desk.doing(name) as person:
            return jobs.start(deed, value, ids=ids, by=person, list_path="/agent/queues/open").public_id

    return begin


@pytest.fixture
def undo(desk: RealDesk) -> Callable[[str, str], str]:
    """`undo("ana", edit)` begins to take an edit back; returns the address of that."""

    def begin(name: str, public_id: str) -> str:
        with desk.doing(name) as person:
            return jobs.undo(edit_named(public_id), by=person).public_id

    return begin


@pytest.fixture
def work_off(app: Flask) -> Callable[[], int]:
    """Let the worker do all that waits."""
    return lambda: run_waiting_jobs(app)


def edit_named(public_id: str) -> BulkEdit:
    return db.session.scalars(select(BulkEdit).where(BulkEdit.public_id == public_id)).one()
