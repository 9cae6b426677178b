"""Assigning, properties, tags, watching: one by one, and as a form somebody else was faster with."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Role, RolePermission, Team, User
from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.tickets.models import Tag, Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import (
    Edit,
    EditConflict,
    add_participant,
    assign,
    change_status,
    change_tags,
    edit,
    move_to_team,
    rename,
    set_deadline,
    set_priority,
    set_tags,
    take,
    unwatch,
    watch,
)
from helpdesk.tickets.operations.assigning import NotAnAssignee
from helpdesk.tickets.operations.progressing import NotADeadline
from helpdesk.tickets.operations.tagging import BadTag
from helpdesk.tickets.operations.watching import NotAWatcher

OPEN, IN_PROGRESS, WAITING, RESOLVED, CLOSED = TicketStatus


def test_taking_an_open_ticket_puts_it_in_progress(ticket: Ticket, ana: User) -> None:
    take(ticket, by=ana)

    assert (ticket.assignee_id, ticket.status) == (ana.id, IN_PROGRESS)


@pytest.mark.parametrize("status", [IN_PROGRESS, WAITING, RESOLVED, CLOSED])
def test_assigning_any_other_ticket_leaves_its_status(
    ticket: Ticket, ana: User, ben: User, status: TicketStatus
) -> None:
    change_status(ticket, to=status, by=ana)

    assign(ticket, to=ben, by=ana)

    assert (ticket.assignee_id, ticket.status) == (ben.id, status)


def test_nobody_is_an_assignee_too(ticket: Ticket, ana: User) -> None:
    take(ticket, by=ana)

    assign(ticket, to=None, by=ana)

    assert (ticket.assignee_id, ticket.status, ticket.is_unassigned) == (None, IN_PROGRESS, True)


def test_customers_and_deactivated_agents_get_no_tickets(
    work: Session, ticket: Ticket, ana: User, ben: User, carl: User
) -> None:
    ben.is_active = False
    work.flush()

    for person in (carl, ben):
        with pytest.raises(NotAnAssignee, match="not an active agent"):
            assign(ticket, to=person, by=ana)


def edits(**pairs: tuple[object, object]) -> dict[str, Edit]:
    return {name: Edit(seen, wanted) for name, (seen, wanted) in pairs.items()}


def test_different_fields_are_both_kept(ticket: Ticket, ana: User, ben: User) -> None:
    seen = (ticket.priority, ticket.status)
    edit(ticket, by=ana, edits=edits(priority=(seen[0], TicketPriority.HIGH), status=(seen[1], seen[1])))
    changed = edit(ticket, by=ben, edits=edits(priority=(seen[0], seen[0]), status=(seen[1], WAITING)))

    assert changed == ["status"]
    assert (ticket.priority, ticket.status) == (TicketPriority.HIGH, WAITING)


def test_the_same_field_changed_to_two_values_is_a_conflict_and_nothing_is_saved(
    work: Session, ticket: Ticket, ana: User, ben: User
) -> None:
    edit(ticket, by=ana, edits=edits(title=("The printer is on fire", "Printer burns")))

    with pytest.raises(EditConflict, match="Nothing was saved") as conflict:
        edit(
            ticket,
            by=ben,
            edits=edits(
                title=("The printer is on fire", "Fire!"),
                priority=(TicketPriority.MEDIUM, TicketPriority.URGENT),
            ),
        )

    clashes = [(each.field, each.theirs, each.yours) for each in conflict.value.clashes]
    assert clashes == [("title", "Printer burns", "Fire!")]
    assert ticket.priority is TicketPriority.MEDIUM


def test_the_same_field_changed_to_the_same_value_is_no_conflict(
    ticket: Ticket, ana: User, ben: User
) -> None:
    change = edits(assignee_id=(None, ana.id))
    assert edit(ticket, by=ana, edits=change) == ["assignee_id"]
    assert edit(ticket, by=ben, edits=change) == []


def test_a_chosen_status_goes_before_what_an_assignment_makes_of_it(ticket: Ticket, ana: User) -> None:
    team = Team(name="Second line", members=[])
    changed = edit(
        ticket, by=ana, edits=edits(status=(OPEN, WAITING), assignee_id=(None, ana.id), team_id=(None, None))
    )

    assert changed == ["assignee_id", "status"]
    assert ticket.status is WAITING
    assert team.id is None


def test_a_form_can_clear_what_was_set(work: Session, ticket: Ticket, ana: User) -> None:
    team = work.scalars(select(Team)).one()
    edit(ticket, by=ana, edits=edits(team_id=(None, team.id), assignee_id=(None, ana.id)))
    edit(ticket, by=ana, edits=edits(team_id=(team.id, None), assignee_id=(ana.id, None)))

    assert (ticket.team_id, ticket.assignee_id) == (None, None)


def test_single_properties(work: Session, ticket: Ticket, ana: User) -> None:
    team = work.scalars(select(Team)).one()

    rename(ticket, title=" New   words ", by=ana)
    set_priority(ticket, to=TicketPriority.URGENT, by=ana)
    move_to_team(ticket, team=team, by=ana)

    assert (ticket.title, ticket.priority, ticket.team_id) == ("New words", TicketPriority.URGENT, team.id)


def test_tags_are_unique_whatever_their_case(work: Session, ticket: Ticket, ana: User) -> None:
    set_tags(ticket, names=["VIP", "vip ", "two words"], by=ana)
    change_tags(ticket, add=["Refund"], remove=["VIP", "never there"], by=ana)

    assert [tag.name for tag in ticket.tags] == ["refund", "two-words"]
    assert sorted(work.scalars(select(Tag.name))) == ["refund", "two-words", "vip"]


@pytest.mark.parametrize("name", ["", "  ", "a,b", 'say "hi"', "<b>", "x" * 41])
def test_some_texts_cannot_be_tags(ticket: Ticket, ana: User, name: str) -> None:
    with pytest.raises(BadTag, match="cannot be a tag"):
        change_tags(ticket, add=[name], by=ana)


def test_watching_is_for_staff_and_happens_once(ticket: Ticket, ana: User, carl: User) -> None:
    watch(ticket, by=ana)
    watch(ticket, by=ana)
    assert ticket.watchers == [ana]
    unwatch(ticket, by=ana)
    unwatch(ticket, by=ana)
    assert ticket.watchers == []
    with pytest.raises(NotAWatcher, match="Only agents"):
        watch(ticket, by=carl)


def test_a_colleague_takes_part_once_and_the_requester_does_not(
    ticket: Ticket, carl: User, cora: User
) -> None:
    for person in (cora, cora, carl):
        add_participant(ticket, person=person, by=carl)

    assert ticket.participants == [cora]


def test_a_deadline_is_set_moved_and_taken_away(ticket: Ticket, ana: User) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)

    assert edit(ticket, by=ana, edits=edits(due_at=(None, noon))) == ["due_at"]
    assert ticket.due_at == noon
    assert edit(ticket, by=ana, edits=edits(due_at=(noon, None))) == ["due_at"]
    assert ticket.due_at is None


def test_two_deadlines_are_a_conflict(ticket: Ticket, ana: User, ben: User) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    edit(ticket, by=ana, edits=edits(due_at=(None, noon)))

    with pytest.raises(EditConflict) as conflict:
        edit(ticket, by=ben, edits=edits(due_at=(None, noon + timedelta(hours=1))))

    assert [each.theirs for each in conflict.value.clashes] == [noon]


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_nobody_means_a_deadline_in_another_age(ticket: Ticket, ana: User, year: int) -> None:
    with pytest.raises(NotADeadline, match="between the years"):
        set_deadline(ticket, to=datetime(year, 6, 1, tzinfo=UTC), by=ana)


def test_a_colleague_is_added_and_taken_off(ticket: Ticket, ana: User, ben: User, carl: User) -> None:
    watch(ticket, by=ana, person=ben)
    assert ticket.watchers == [ben]
    unwatch(ticket, by=ana, person=ben)
    assert ticket.watchers == []
    with pytest.raises(NotAWatcher, match="Only agents"):
        watch(ticket, by=ana, person=carl)


def test_who_may_not_see_a_ticket_cannot_be_made_to_watch_it(
    work: Session, ticket: Ticket, ana: User, ben: User
) -> None:
    role = Role(name="Own teams", permissions=[RolePermission(permission=Permission.SEE_TEAM_TICKETS)])
    work.add(role)
    work.flush()
    ben.role_id = role.id
    work.flush()
    work.expire(ben)

    with pytest.raises(NotAWatcher, match="may not see this ticket"):
        watch(ticket, by=ana, person=ben)

    move_to_team(ticket, team=work.scalars(select(Team)).one(), by=ana)
    watch(ticket, by=ana, person=ben)
    assert ticket.watchers == [ben]


@pytest.mark.parametrize(
    "change",
    [
        lambda ticket, ana: change_tags(ticket, add=["fire"], by=ana),
        lambda ticket, ana: set_tags(ticket, names=["fire"], by=ana),
        lambda ticket, ana: watch(ticket, by=ana),
        lambda ticket, ana: set_priority(ticket, to=TicketPriority.URGENT, by=ana),
    ],
)
def test_pages_that_are_open_learn_of_every_change_by_the_row(
    ticket: Ticket, ana: User, change: Callable[[Ticket, User], None]
) -> None:
    before = ticket.updated_at

    with clock.freeze(clock.now() + timedelta(minutes=1)):
        change(ticket, ana)

    assert ticket.updated_at >= before + timedelta(minutes=1)
