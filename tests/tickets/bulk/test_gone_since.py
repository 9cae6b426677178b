"""Undo where a person or a team from before is gone: such tickets stay, and it is said why. And old edits."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Team
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.teams import create_team, dissolve_team
from helpdesk.core import clock
from helpdesk.core.db import among, db
from helpdesk.tickets.bulk import undoing
from helpdesk.tickets.bulk.jobs import KEPT, forget_bulk_edits
from helpdesk.tickets.models import BulkEdit, BulkRefusal, Ticket
from helpdesk.tickets.operations.bulk import assign_all, move_all_to_team
from tests.conftest import person_named
from tests.tickets.bulk.conftest import edit_named


@pytest.fixture
def reasons(desk):
    return lambda: dict(desk.rows(select(BulkRefusal.ticket_id, BulkRefusal.reason)))


@pytest.mark.parametrize("is_long", [False, True])
def test_a_team_that_was_dissolved_gets_no_tickets_back(
    desk, do, undo, work_off, five, reasons, request, is_long
):
    with desk.doing("ada") as ada:
        team = create_team(name="Short-lived", by=ada)
        move_all_to_team(select(Ticket).where(among(Ticket.id, five[:2])), team=team, by=ada)
    edit = do("ana", "team", "", five)
    with desk.doing("ada") as ada:
        dissolve_team(
            db.session.scalars(select(Team).where(Team.name == "Short-lived")).one(), tickets_to=None, by=ada
        )
    if is_long:
        request.getfixturevalue("in_pieces")

    undo("ana", edit)
    work_off()

    assert {row[0] for row in desk.rows(select(Ticket.team_id))} == {None}
    assert reasons() == dict.fromkeys(five[:2], undoing.TEAM_GONE)


def test_who_cannot_be_given_tickets_any_more_gets_none_back(desk, do, undo, five, reasons):
    with desk.doing("ada") as ada:
        assign_all(select(Ticket).where(among(Ticket.id, five[:2])), to=person_named("ben"), by=ada)
    edit = do("ana", "assignee", "", five)
    with desk.doing("ada") as ada:
        deactivate(person_named("ben"), by=ada)

    undo("ana", edit)

    assert {row[0] for row in desk.rows(select(Ticket.assignee_id))} == {None}
    assert reasons() == dict.fromkeys(five[:2], undoing.AGENT_GONE)


def test_an_old_edit_is_kept_as_long_as_its_undo(desk, do, undo, five):
    edit = do("ana", "priority", "high", five)
    undoing_it = undo("ana", edit)
    with desk.doing("ada"):
        edit_named(edit).created_at = clock.now() - KEPT - timedelta(minutes=1)
        db.session.flush()

        forget_bulk_edits()

        assert edit_named(undoing_it).undoes_id == edit_named(edit).id
        edit_named(undoing_it).created_at = clock.now() - KEPT - timedelta(minutes=1)
        db.session.flush()

        forget_bulk_edits()

        assert db.session.scalars(select(BulkEdit.public_id)).all() == []
