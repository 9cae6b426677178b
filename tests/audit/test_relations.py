"""Members of a relationship are part of the object: who and what was added to and taken from it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Role, RolePermission, Team, User
from helpdesk.accounts.permissions import AGENT, Permission
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import add_participant, change_tags, set_tags, unwatch, watch
from tests.audit.conftest import News


def changes(news: News, table: str) -> dict[str, list[object]]:
    """What the one row about an object of this table says."""
    (row,) = [each for each in news() if each.table_name == table]
    return dict(row.changes)


def test_tags(work: Session, ticket: Ticket, ana: User, news: News) -> None:
    news()
    set_tags(ticket, names=["vip", "printer"], by=ana)
    added = changes(news, "tickets")
    change_tags(ticket, add=["fire"], remove=["vip"], by=ana)
    changed = changes(news, "tickets")

    assert added == {"tags": [[], ["printer", "vip"]]}
    assert changed == {"tags": [["printer", "vip"], ["fire", "printer"]]}


def test_watchers(work: Session, ticket: Ticket, ana: User, ben: User, news: News) -> None:
    news()
    watch(ticket, by=ana)
    watch(ticket, by=ben)
    added = changes(news, "tickets")
    unwatch(ticket, by=ana)
    removed = changes(news, "tickets")

    assert added == {"watchers": [[], [ana.id, ben.id]]}
    assert removed == {"watchers": [[ana.id, ben.id], [ben.id]]}


def test_participants(work: Session, ticket: Ticket, carl: User, cora: User, news: News) -> None:
    news()
    add_participant(ticket, person=cora, by=carl)

    assert changes(news, "tickets") == {"participants": [[], [cora.id]]}


def test_members_of_a_team(work: Session, ana: User, ben: User, ada: User, news: News) -> None:
    team = work.scalars(select(Team)).one()
    work.refresh(team, ["members"])
    team.members.append(ada)
    team.members.remove(ben)

    assert changes(news, "teams") == {"members": [[ana.id, ben.id], [ana.id, ada.id]]}


def test_permissions_of_a_role(work: Session, news: News) -> None:
    role = work.scalars(select(Role).where(Role.name == AGENT)).one()
    work.refresh(role, ["permissions"])
    before = sorted(each.permission.value for each in role.permissions)
    role.permissions.append(RolePermission(permission=Permission.READ_AUDIT))
    given = changes(news, "roles")
    role.permissions = [each for each in role.permissions if each.permission is not Permission.ANSWER_TICKETS]
    taken = changes(news, "roles")

    after = sorted([*before, "read_audit"])
    assert given == {"permissions": [before, after]}
    assert taken == {"permissions": [after, [each for each in after if each != "answer_tickets"]]}


def test_a_member_added_and_removed_in_one_operation_leaves_nothing(
    work: Session, ticket: Ticket, ana: User, news: News
) -> None:
    news()
    watch(ticket, by=ana)
    unwatch(ticket, by=ana)

    assert news() == []


def test_relations_and_columns_of_one_object_are_one_row(
    work: Session, ticket: Ticket, ana: User, news: News
) -> None:
    news()
    watch(ticket, by=ana)
    ticket.title = "Hot"

    assert changes(news, "tickets") == {
        "watchers": [[], [ana.id]],
        "title": ["The printer is on fire", "Hot"],
    }
