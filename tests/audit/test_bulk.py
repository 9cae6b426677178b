"""One operation on many rows: every changed row is told, the others are not."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Organization, Role, RolePermission, Team, User, team_members
from helpdesk.accounts.permissions import Permission
from helpdesk.audit.bulk import bulk_delete, bulk_insert, bulk_relate, bulk_update
from helpdesk.audit.models import AuditAction
from helpdesk.tickets.models import Comment, Tag, Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import note, open_ticket, resolve, set_tags
from helpdesk.tickets.operations.bulk import (
    assign_all,
    change_status_of_all,
    change_tags_of_all,
    delete_all,
    import_comments,
    import_tickets,
    restore_all,
)
from helpdesk.tickets.queries import deleted_for, tickets_for
from tests.audit.conftest import News
from tests.audit.test_objects import attached
from tests.support.statements import counted_statements


@pytest.fixture
def tickets(work: Session, carl: User) -> list[Ticket]:
    """Three of Carl's, in the order of their ids."""
    return [
        open_ticket(requester=carl, by=carl, title=title, description="…")
        for title in ("First", "Second", "Third")
    ]


def told(news: News) -> dict[int, dict[str, list[object]]]:
    """What the trail says of each ticket."""
    rows = news()
    assert {row.table_name for row in rows} <= {"tickets"}
    assert [row.ticket_id for row in rows] == [row.record_id for row in rows]
    return {row.record_id: row.changes for row in rows}


def test_an_insert_of_many_tells_each(work: Session, carl: User, news: News) -> None:
    at = datetime(2020, 5, 1, tzinfo=UTC)
    common = {
        "requester_id": carl.id,
        "creator_id": carl.id,
        "via": "mail",
        "created_at": at,
        "updated_at": at,
        "last_activity_at": at,
        "last_public_at": at,
        "version": 1,
    }
    with counted_statements() as statements:
        ids = import_tickets([{**common, "title": "Old"}, {**common, "title": "Older"}], by=carl)
    rows = news()

    assert [(row.record_id, row.ticket_id, row.changes["title"]) for row in rows] == [
        (ids[0], ids[0], [None, "Old"]),
        (ids[1], ids[1], [None, "Older"]),
    ]
    assert {row.action for row in rows} == {AuditAction.INSERT}
    assert rows[0].changes["created_at"] == [None, "2020-05-01T00:00:00+00:00"]
    assert len(statements) == 1


def test_an_insert_of_many_messages_keeps_no_text(
    work: Session, ticket: Ticket, carl: User, news: News
) -> None:
    news()
    import_comments(
        [
            {
                "ticket_id": ticket.id,
                "author_id": carl.id,
                "content": "canary",
                "content_html": "<p>canary</p>",
                "via": "mail",
            }
        ],
        by=carl,
    )
    (row,) = news()

    assert row.ticket_id == ticket.id
    assert row.changes["content"][1]["length"] == 6
    assert "canary" not in str(row.changes)


def test_an_update_of_many_tells_those_that_changed(
    work: Session, tickets: list[Ticket], ana: User, news: News
) -> None:
    tickets[1].priority = TicketPriority.URGENT
    news()
    changed = bulk_update(
        Ticket,
        Ticket.id.in_([ticket.id for ticket in tickets]),
        lambda row: {"priority": TicketPriority.URGENT},
    )

    assert sorted(changed) == [tickets[0].id, tickets[2].id]
    assert told(news) == {
        tickets[0].id: {"priority": ["medium", "urgent"]},
        tickets[2].id: {"priority": ["medium", "urgent"]},
    }


def test_an_update_of_many_knows_the_old_value_of_each(
    work: Session, tickets: list[Ticket], ana: User, ben: User, news: News
) -> None:
    tickets[0].assignee_id = ben.id
    news()
    assign_all(tickets_for(ana), to=ana, by=ana)

    # without `status`: how each moved is the business of another test
    assert {key: row["assignee_id"] for key, row in told(news).items()} == {
        tickets[0].id: [ben.id, ana.id],
        tickets[1].id: [None, ana.id],
        tickets[2].id: [None, ana.id],
    }


def test_a_move_of_many_tells_status_and_moments(
    work: Session, tickets: list[Ticket], ana: User, news: News
) -> None:
    resolve(tickets[0], by=ana)
    news()
    change_status_of_all(tickets_for(ana), to=TicketStatus.CLOSED, by=ana)
    rows = told(news)

    assert rows[tickets[0].id].keys() == {"status", "closed_at"}
    assert rows[tickets[0].id]["status"] == ["resolved", "closed"]
    assert rows[tickets[1].id].keys() == {"status", "closed_at", "resolved_at", "first_resolved_at"}


def test_columns_that_follow_from_others_say_nothing_in_bulk(
    work: Session, tickets: list[Ticket], news: News
) -> None:
    news()
    bulk_update(
        Ticket, Ticket.id == tickets[0].id, lambda row: {"last_activity_at": datetime(2030, 1, 1, tzinfo=UTC)}
    )

    assert news() == []
    work.refresh(tickets[0])
    assert tickets[0].last_activity_at == datetime(2030, 1, 1, tzinfo=UTC)


def test_bulk_changes_of_one_object_join_those_of_the_session(
    work: Session, tickets: list[Ticket], ana: User, news: News
) -> None:
    news()
    tickets[0].title = "Hot"
    delete_all(tickets_for(ana).where(Ticket.id == tickets[0].id), by=ana)

    (changes,) = told(news).values()
    assert changes.keys() == {"title", "deleted_at"}


def test_the_bin_and_back_is_told(work: Session, tickets: list[Ticket], ana: User, news: News) -> None:
    delete_all(tickets_for(ana), by=ana)
    news()
    restore_all(deleted_for(ana), by=ana)

    rows = told(news)
    assert rows.keys() == {ticket.id for ticket in tickets}
    assert all(row["deleted_at"][0] and row["deleted_at"][1] is None for row in rows.values())


def test_lists_can_be_changed_in_bulk(work: Session, news: News) -> None:
    work.add_all([Organization(name=name, domains=[]) for name in ("Acme", "Beta")])
    news()
    ids = bulk_update(
        Organization, Organization.domains == [], lambda row: {"domains": [row["name"].lower()]}
    )
    rows = news()

    assert [row.changes for row in rows] == [{"domains": [[], ["acme"]]}, {"domains": [[], ["beta"]]}]
    assert [row.record_id for row in rows] == ids


def test_a_delete_of_many_tells_each_and_what_it_takes_along(
    work: Session, ticket: Ticket, ana: User, news: News
) -> None:
    notes = [note(ticket, by=ana, content=f"The canary sings {count}.") for count in range(2)]
    note_ids, file_id = [each.id for each in notes], attached(work, notes[0]).id
    news()
    ids = bulk_delete(Comment, Comment.is_internal)
    rows = news()

    assert ids == note_ids
    assert {(row.table_name, row.record_id, row.ticket_id) for row in rows} == {
        ("comments", note_ids[0], ticket.id),
        ("comments", note_ids[1], ticket.id),
        ("attachments", file_id, ticket.id),
    }
    assert {row.action for row in rows} == {AuditAction.DELETE}
    assert "canary" not in str([row.changes for row in rows])
    assert list(work.scalars(select(Comment).where(Comment.is_internal))) == []


def test_a_delete_takes_members_and_parts_along(work: Session, ana: User, news: News) -> None:
    team = Team(name="Short-lived", members=[ana])
    role = Role(name="Short-lived", permissions=[RolePermission(permission=Permission.READ_AUDIT)])
    work.add_all([team, role])
    news()
    team_ids, role_ids = bulk_delete(Team, Team.name == team.name), bulk_delete(Role, Role.name == role.name)

    assert [(row.table_name, row.record_id, row.action) for row in news()] == [
        ("teams", team_ids[0], AuditAction.DELETE),
        ("roles", role_ids[0], AuditAction.DELETE),
    ]
    assert (
        work.scalars(select(team_members.c.team_id).where(team_members.c.team_id == team_ids[0])).all() == []
    )


def test_nothing_to_do_is_nothing_to_tell(work: Session, ticket: Ticket, news: News) -> None:
    news()
    assert bulk_insert(Tag, []) == []
    assert bulk_delete(Tag, Tag.name == "none") == []
    assert bulk_update(Ticket, Ticket.id == 0, lambda row: {"title": "x"}) == []

    assert news() == []


def test_tags_of_many_are_told_where_they_changed(
    work: Session, tickets: list[Ticket], ana: User, news: News
) -> None:
    set_tags(tickets[0], names=["vip"], by=ana)
    set_tags(tickets[1], names=["old"], by=ana)
    news()
    change_tags_of_all(tickets_for(ana), by=ana, add=["vip"], remove=["old"])

    assert told(news) == {
        tickets[1].id: {"tags": [["old"], ["vip"]]},
        tickets[2].id: {"tags": [[], ["vip"]]},
    }


def test_watchers_of_many(work: Session, tickets: list[Ticket], ana: User, ben: User, news: News) -> None:
    news()
    bulk_relate(Ticket.watchers, true(), add=[ana, ben])
    bulk_relate(Ticket.watchers, true(), remove=[ben])

    assert told(news) == {ticket.id: {"watchers": [[], [ana.id]]} for ticket in tickets}


def test_members_come_and_go_in_bulk_and_the_page_knows(
    work: Session, tickets: list[Ticket], ana: User
) -> None:
    change_tags_of_all(tickets_for(ana), by=ana, add=["vip"])
    work.refresh(tickets[0], ["tags"])

    assert [tag.name for tag in tickets[0].tags] == ["vip"]
    assert work.scalars(select(Tag)).one().name == "vip"


def test_many_rows_cost_as_many_statements_as_few(
    work: Session, tickets: list[Ticket], ana: User, ben: User
) -> None:
    one = tickets[0].id
    with counted_statements() as few:
        assign_all(tickets_for(ana).where(Ticket.id == one), to=ana, by=ana)
    with counted_statements() as many:
        assign_all(tickets_for(ana).where(Ticket.id != one), to=ana, by=ana)

    assert len(many) == len(few)
