"""Who acted, through which door, in which request: each way in leaves its name on the rows."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from helpdesk.accounts.models import Team, User
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.background.jobs import enqueue, job
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import clock, current
from helpdesk.core.current import SYSTEM_USER_ID, DatabaseRole, Via
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as, switch
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import reply, watch
from tests.conftest import person_named
from tests.support.browser import Browser


@job(name="tests.audit.found_team")
def found_team(name: str) -> None:
    """A job that writes."""
    db.session.add(Team(name=name))


@job(name="tests.audit.found_team_and_fail")
def found_team_and_fail(name: str) -> None:
    """A job that writes and then breaks."""
    db.session.add(Team(name=name))
    db.session.flush()
    raise RuntimeError("broken")


@pytest.fixture
def told(app: Flask, transaction: Connection) -> Callable[[str], list[AuditLog]]:
    """What the trail says of the objects of a table, oldest first."""

    def rows(table: str) -> list[AuditLog]:
        with app.app_context(), current.entering(Via.CLI):
            wanted = select(AuditLog).where(AuditLog.table_name == table).order_by(AuditLog.id)
            return list(db.session.scalars(wanted))

    return rows


Told = Callable[[str], list[AuditLog]]


def test_a_command_acts_as_the_system(app: Flask, transaction: Connection, told: Told) -> None:
    with app.app_context(), current.entering(Via.CLI, user_id=SYSTEM_USER_ID) as entry, unit_of_work():
        db.session.add(Team(name="By command"))

    row = told("teams")[-1]
    assert (row.via, row.user_id, row.ip) == (Via.CLI, SYSTEM_USER_ID, None)
    assert row.request_id == entry.request_id


def test_a_job_acts_as_the_system_under_its_own_number(
    app: Flask, transaction: Connection, told: Told
) -> None:
    with app.app_context(), current.entering(Via.WEB), unit_of_work():
        job_id = enqueue(found_team, name="By job")
    run_waiting_jobs(app)

    row = told("teams")[-1]
    assert row.changes["name"] == [None, "By job"]
    assert (row.via, row.user_id, row.request_id) == (Via.JOB, SYSTEM_USER_ID, f"job-{job_id}")


def test_a_job_that_fails_leaves_no_trace(app: Flask, transaction: Connection, told: Told) -> None:
    before = len(told("teams"))
    with app.app_context(), current.entering(Via.WEB), unit_of_work():
        enqueue(found_team_and_fail, name="Never")
    run_waiting_jobs(app)

    assert len(told("teams")) == before


def test_a_person_at_a_page_is_named_with_address_and_request(
    as_ada: Browser, told: Told, acting: Callable[..., Any]
) -> None:
    with acting("ada") as ada:
        ada_id = ada.id
    page = as_ada.post(
        "/admin/people",
        {"email": "new@desk.example", "full_name": "Nina New", "role": "customer"},
        environ_base={"REMOTE_ADDR": "203.0.113.9"},
    )

    row = told("users")[-1]
    assert page.status == 303
    assert row.changes["full_name"] == [None, "Nina New"]
    assert (row.via, row.user_id, row.ip) == (Via.WEB, ada_id, "203.0.113.9")
    assert row.request_id == page.headers["X-Request-Id"]


def test_a_customers_deed_is_told_under_their_name(
    acting: Callable[..., Any], number: str, told: Told
) -> None:
    with acting("carl", role=DatabaseRole.CUSTOMER) as carl:
        with acting_as(db.session(), DatabaseRole.APP):
            ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()
            reply(ticket, by=carl, content="Still burning.")
        carl_id = carl.id

    row = told("comments")[-1]
    assert (row.user_id, row.action, row.changes["is_internal"]) == (
        carl_id,
        AuditAction.INSERT,
        [None, False],
    )


def test_who_was_found_out_on_the_way_is_named_for_all_of_it(
    app: Flask, transaction: Connection, told: Told
) -> None:
    """Signing in begins with nobody; what it changed is told under the name it found."""
    with app.app_context(), current.entering(Via.WEB, role=DatabaseRole.AUTH), unit_of_work():
        ana = person_named("ana")
        switch(db.session(), role=DatabaseRole.APP, user_id=ana.id)
        ana.time_zone = "Europe/Lisbon"

    row = told("users")[-1]
    assert (row.user_id, row.changes) == (ana.id, {"time_zone": [None, "Europe/Lisbon"]})


def test_all_rows_of_one_request_share_its_number_and_moment(
    acting: Callable[..., Any], number: str, told: Told
) -> None:
    with acting("ana") as ana, clock.freeze(clock.now()) as _:
        ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()
        watch(ticket, by=ana)
        reply(ticket, by=ana, content="Coming.")

    rows = [told("tickets")[-1], told("comments")[-1]]
    assert len({row.request_id for row in rows}) == 1
    assert {row.ticket_id for row in rows} == {ticket.id}
    assert {row.user_id for row in rows} == {ana.id}


def test_nobody_may_be_the_one_who_acts(app: Flask, transaction: Connection, told: Told) -> None:
    with app.app_context(), current.entering(Via.WEB), unit_of_work():
        db.session.add(Team(name="By a stranger"))

    assert told("teams")[-1].user_id is None


def test_the_actor_is_a_person_the_database_knows(app: Flask, transaction: Connection) -> None:
    with app.app_context(), current.entering(Via.CLI):
        ids = set(db.session.scalars(select(AuditLog.user_id).distinct()))
        people = set(db.session.scalars(select(User.id)))

    assert ids - {None} <= people
