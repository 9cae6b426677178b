"""Many tickets at once: few statements, the same rules, deleted ones left alone, every change audited."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Team, User
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.core import clock, events
from helpdesk.core.current import Via
from helpdesk.tickets.events import StatusChanged, TicketAssigned
from helpdesk.tickets.models import Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import bulk, change_status, delete, open_ticket, set_tags
from helpdesk.tickets.operations.assigning import NotAnAssignee
from helpdesk.tickets.queries import deleted_for, tickets_for
from tests.support.statements import counted_statements

OPEN, IN_PROGRESS, WAITING, RESOLVED, CLOSED = TicketStatus


@pytest.fixture
def tickets(work: Session, carl: User, ana: User) -> list[Ticket]:
    """One ticket in each status, and a deleted one."""
    made = []
    for status in (*TicketStatus, OPEN):
        ticket = open_ticket(requester=carl, by=carl, title=f"{status.value}", description="d")
        change_status(ticket, to=status, by=ana)
        made.append(ticket)
    delete(made[-1], by=ana)
    work.commit()
    return made


def statuses(work: Session, tickets: list[Ticket]) -> list[TicketStatus]:
    work.expire_all()
    return [ticket.status for ticket in tickets]


def test_resolving_all_that_match_keeps_moments_right_and_names_who_refused(
    work: Session, tickets: list[Ticket], ana: User
) -> None:
    later = clock.now() + timedelta(hours=1)
    resolved_before = tickets[3].resolved_at
    with clock.freeze(later):
        result = bulk.change_status_of_all(tickets_for(ana), to=RESOLVED, by=ana)

    assert result.changed == [ticket.id for ticket in tickets[:3]]
    assert list(result.refused) == [tickets[4].ticket_number]
    assert "Reopen it first" in result.refused[tickets[4].ticket_number]
    assert statuses(work, tickets) == [RESOLVED, RESOLVED, RESOLVED, RESOLVED, CLOSED, OPEN]
    assert [ticket.resolved_at for ticket in tickets[:4]] == [later, later, later, resolved_before]


def test_reopening_all_counts(work: Session, tickets: list[Ticket], ana: User) -> None:
    bulk.change_status_of_all(tickets_for(ana), to=OPEN, by=ana)

    assert statuses(work, tickets) == [OPEN] * 6
    assert [ticket.reopen_count for ticket in tickets] == [0, 0, 0, 1, 1, 0]
    assert {ticket.closed_at for ticket in tickets} == {None}


def test_assigning_all_moves_open_ones_on(
    work: Session, tickets: list[Ticket], ana: User, carl: User
) -> None:
    result = bulk.assign_all(tickets_for(ana), to=ana, by=ana)

    assert len(result.changed) == 5
    assert statuses(work, tickets) == [IN_PROGRESS, IN_PROGRESS, WAITING, RESOLVED, CLOSED, OPEN]
    assert [ticket.assignee_id for ticket in tickets] == [ana.id] * 5 + [None]
    with pytest.raises(NotAnAssignee):
        bulk.assign_all(tickets_for(ana), to=carl, by=ana)
    assert len(bulk.assign_all(tickets_for(ana), to=None, by=ana).changed) == 5


def test_priority_team_and_version(work: Session, tickets: list[Ticket], ana: User) -> None:
    team = work.scalars(select(Team)).one()
    versions = [ticket.version for ticket in tickets]

    bulk.set_priority_of_all(tickets_for(ana), to=TicketPriority.URGENT, by=ana)
    bulk.move_all_to_team(tickets_for(ana), team=team, by=ana)
    bulk.move_all_to_team(tickets_for(ana).where(Ticket.id == tickets[0].id), team=None, by=ana)

    work.expire_all()
    assert [ticket.priority for ticket in tickets] == [TicketPriority.URGENT] * 5 + [TicketPriority.MEDIUM]
    assert [ticket.team_id for ticket in tickets] == [None] + [team.id] * 4 + [None]
    added = [ticket.version - version for ticket, version in zip(tickets, versions, strict=True)]
    assert added == [3, 2, 2, 2, 2, 0], "whoever has the old version on screen is told"


def test_tags_are_added_and_removed_on_all(work: Session, tickets: list[Ticket], ana: User) -> None:
    set_tags(tickets[0], names=["old", "kept"], by=ana)
    work.commit()

    result = bulk.change_tags_of_all(tickets_for(ana), add=["new"], remove=["old", "unknown"], by=ana)

    work.commit()
    assert len(result.changed) == 5
    for ticket in tickets:
        work.refresh(ticket, ["tags"])
    assert [[tag.name for tag in ticket.tags] for ticket in tickets] == [["kept", "new"], *[["new"]] * 4, []]
    entry = work.scalars(
        select(AuditLog).where(AuditLog.ticket_id == tickets[0].id).order_by(AuditLog.id.desc()).limit(1)
    ).one()
    assert entry.changes == {"tags": [["kept", "old"], ["kept", "new"]]}
    assert bulk.change_tags_of_all(tickets_for(ana), add=["new"], by=ana).changed == []


def test_deleting_and_restoring_all(work: Session, tickets: list[Ticket], ana: User) -> None:
    gone_before = tickets[5].deleted_at
    bulk.delete_all(tickets_for(ana), by=ana)
    assert work.scalars(tickets_for(ana)).all() == []
    work.expire_all()
    assert tickets[5].deleted_at == gone_before

    bulk.restore_all(deleted_for(ana), by=ana)

    assert len(work.scalars(tickets_for(ana)).all()) == 6


def test_a_hundred_tickets_cost_as_many_statements_as_one(work: Session, carl: User, ana: User) -> None:
    def resolved(count: int) -> int:
        with counted_statements() as seen:
            result = bulk.change_status_of_all(tickets_for(ana).where(Ticket.is_open), to=RESOLVED, by=ana)
            work.commit()
        assert len(result.changed) == count
        return len(seen)

    def cost(count: int) -> int:
        for _ in range(count):
            open_ticket(requester=carl, by=carl, title="T", description="d")
        work.commit()
        with counted_statements() as seen:
            result = bulk.assign_all(tickets_for(ana).where(Ticket.is_unassigned), to=ana, by=ana)
            work.commit()
        assert len(result.changed) == count
        return len(seen)

    assert cost(1) == cost(100) <= 5
    assert resolved(101) <= 5


def test_each_changed_ticket_has_one_audit_row(work: Session, tickets: list[Ticket], ana: User) -> None:
    before = set(work.scalars(select(AuditLog.id)))

    bulk.assign_all(tickets_for(ana), to=ana, by=ana)
    bulk.set_priority_of_all(tickets_for(ana), to=TicketPriority.LOW, by=ana)
    work.commit()

    rows = [row for row in work.scalars(select(AuditLog).order_by(AuditLog.id)) if row.id not in before]
    assert [row.record_id for row in rows] == [ticket.id for ticket in tickets[:5]]
    assert rows[0].changes == {
        "assignee_id": [None, ana.id],
        "status": ["open", "in_progress"],
        "priority": ["medium", "low"],
    }
    assert {(row.action, row.via) for row in rows} == {(AuditAction.UPDATE, Via.CLI)}


def test_an_importer_inserts_many_with_their_own_moments(work: Session, carl: User, ana: User) -> None:
    at = clock.now() - timedelta(days=100)
    ids = bulk.import_tickets(
        [
            {
                "ticket_number": f"OLD-{index}",
                "title": f"Imported {index}",
                "status": RESOLVED,
                "priority": TicketPriority.LOW,
                "requester_id": carl.id,
                "creator_id": ana.id,
                "via": Via.CLI,
                "created_at": at,
                "updated_at": at,
                "resolved_at": at,
                "reopen_count": 0,
                "last_activity_at": at,
                "last_public_at": at,
                "version": 1,
            }
            for index in range(20)
        ],
        by=ana,
    )
    comment_ids = bulk.import_comments(
        [
            {
                "ticket_id": ticket_id,
                "author_id": carl.id,
                "content": "words nobody may find in the trail",
                "content_html": "<p>words</p>",
                "is_internal": False,
                "is_opening": True,
                "via": Via.CLI,
                "created_at": at,
                "updated_at": at,
                "published_at": at,
            }
            for ticket_id in ids
        ],
        by=ana,
    )
    work.commit()

    numbers = work.scalars(select(Ticket.ticket_number).where(Ticket.id.in_(ids)).order_by(Ticket.id)).all()
    assert numbers == [f"OLD-{index}" for index in range(20)]
    audited = select(AuditLog).where(AuditLog.ticket_id.in_(ids)).order_by(AuditLog.id)
    rows = work.scalars(audited).all()
    assert [row.record_id for row in rows] == [*ids, *comment_ids]
    assert "nobody may find" not in str([row.changes for row in rows])
    assert bulk.import_tickets([], by=ana) == []


def test_who_listens_is_told_of_each_ticket_as_by_the_single_deeds(
    work: Session, tickets: list[Ticket], ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int, str | None]] = []
    ours: dict[type, list[Any]] = {
        TicketAssigned: [lambda event: told.append(("assigned", event.ticket.id, None))],
        StatusChanged: [lambda event: told.append(("moved", event.ticket.id, event.was))],
    }
    monkeypatch.setattr(events, "_subscribers", defaultdict(list, ours))

    bulk.assign_all(tickets_for(ana), to=ana, by=ana)

    assert [each for each in told if each[0] == "assigned"] == [
        ("assigned", ticket.id, None) for ticket in tickets[:5]
    ]
    assert [each for each in told if each[0] == "moved"] == [("moved", tickets[0].id, OPEN)]
    told.clear()
    bulk.change_status_of_all(tickets_for(ana), to=RESOLVED, by=ana)
    assert told == [
        ("moved", tickets[0].id, IN_PROGRESS),
        ("moved", tickets[1].id, IN_PROGRESS),
        ("moved", tickets[2].id, WAITING),
    ]


def test_telling_costs_nothing_where_nobody_listens(work: Session, tickets: list[Ticket], ana: User) -> None:
    with counted_statements() as seen:
        bulk.set_priority_of_all(tickets_for(ana), to=TicketPriority.LOW, by=ana)

    assert len(seen) == 3, "the role, lock, write"


def test_who_has_a_ticket_already_keeps_it_as_it_is(work: Session, tickets: list[Ticket], ana: User) -> None:
    tickets[0].assignee_id = ana.id
    work.commit()

    result = bulk.assign_all(tickets_for(ana), to=ana, by=ana)

    assert tickets[0].id not in result.changed
    assert statuses(work, tickets)[0] is OPEN


def test_a_tag_moves_the_moment_of_the_last_change_and_the_version(
    work: Session, tickets: list[Ticket], ana: User
) -> None:
    versions = [ticket.version for ticket in tickets]
    later = clock.now() + timedelta(hours=1)

    with clock.freeze(later):
        bulk.change_tags_of_all(tickets_for(ana), add=["vip"], by=ana)

    work.expire_all()
    assert [ticket.updated_at == later for ticket in tickets] == [True] * 5 + [False]
    added = [ticket.version - version for ticket, version in zip(tickets, versions, strict=True)]
    assert added == [1] * 5 + [0], "whoever has the old tags on screen is told"


@pytest.mark.parametrize("to", TicketStatus)
def test_what_is_foreseen_of_a_status_comes_true(
    work: Session, tickets: list[Ticket], ana: User, to: TicketStatus
) -> None:
    outlook = bulk.foresee(tickets_for(ana), bulk.moving(to))
    result = bulk.change_status_of_all(tickets_for(ana), to=to, by=ana)

    assert (sorted(outlook.changing), outlook.refused) == (sorted(result.changed), result.refused)


@pytest.mark.parametrize("is_removed", [True, False])
def test_what_is_foreseen_of_a_tag_comes_true(
    work: Session, tickets: list[Ticket], ana: User, is_removed: bool
) -> None:
    set_tags(tickets[0], names=["vip", "other"], by=ana)
    work.commit()
    names = {"remove" if is_removed else "add": ["VIP"]}

    outlook = bulk.foresee_tag(tickets_for(ana), " vip ", is_removed=is_removed)
    result = bulk.change_tags_of_all(tickets_for(ana), by=ana, **names)

    assert sorted(outlook.changing) == sorted(result.changed)
    assert len(result.changed) == (1 if is_removed else 4)
