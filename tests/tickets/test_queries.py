"""Who sees which tickets, and that the same statements serve an asynchronous caller."""

import asyncio
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Organization, OrganizationRole, Role, RolePermission, Sharing, Team, User
from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock, current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.connections import address, sqlalchemy_url
from helpdesk.queues.catalogue import QUEUES
from helpdesk.queues.counts import counts_for
from helpdesk.tickets import queries
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.operations import (
    Upload,
    add_participant,
    assign,
    change_status,
    note,
    open_ticket,
    reply,
)
from tests.conftest import person_named


def seen(work: Session, person: User) -> list[Ticket]:
    work.flush()
    work.refresh(person)
    return list(work.scalars(queries.tickets_for(person)))


def test_customers_see_their_own_tickets_and_those_they_take_part_in(
    work: Session, ticket: Ticket, carl: User, cora: User, olga: User
) -> None:
    assert (seen(work, carl), seen(work, cora), seen(work, olga)) == ([ticket], [], [])

    add_participant(ticket, person=olga, by=carl)

    assert (seen(work, cora), seen(work, olga)) == ([], [ticket])


def test_a_ticket_belongs_to_its_requester_not_to_who_typed_it(work: Session, carl: User, olga: User) -> None:
    ticket = open_ticket(requester=carl, by=olga, title="For Carl", description="d")

    assert (seen(work, carl), seen(work, olga)) == ([ticket], [])


@pytest.mark.parametrize(
    "sharing, role, sees",
    [
        (Sharing.NONE, OrganizationRole.MANAGER, False),
        (Sharing.MANAGERS, OrganizationRole.MEMBER, False),
        (Sharing.MANAGERS, OrganizationRole.MANAGER, True),
        (Sharing.EVERYONE, OrganizationRole.MEMBER, True),
    ],
)
def test_an_organization_decides_what_colleagues_see(
    work: Session,
    ticket: Ticket,
    cora: User,
    olga: User,
    sharing: Sharing,
    role: OrganizationRole,
    sees: bool,
) -> None:
    open_ticket(requester=olga, by=olga, title="Of no organization", description="d")
    organization = work.scalars(select(Organization)).one()
    organization.sharing = sharing
    cora.organization_role = role

    assert seen(work, cora) == ([ticket] if sees else [])
    assert ticket not in seen(work, olga)


@pytest.mark.parametrize(
    "permission, sees",
    [
        (Permission.ANSWER_TICKETS, {"Own"}),
        (Permission.SEE_TEAM_TICKETS, {"Own", "Team's"}),
        (Permission.SEE_EVERY_TICKET, {"Own", "Team's", "The printer is on fire"}),
    ],
)
def test_an_agent_sees_in_three_steps(
    work: Session,
    ticket: Ticket,
    carl: User,
    ana: User,
    ben: User,
    permission: Permission,
    sees: set[str],
) -> None:
    narrow = Role(name="Narrow", permissions=[RolePermission(permission=permission)])
    work.add(narrow)
    work.flush()
    ben.role_id = narrow.id
    own = open_ticket(requester=carl, by=carl, title="Own", description="d")
    teams = open_ticket(requester=carl, by=carl, title="Team's", description="d")
    assign(own, to=ben, by=ana)
    others = Team(name="Second line", members=[ana])
    work.add(others)
    work.flush()
    ticket.team_id = others.id
    teams.team_id = work.scalars(select(Team.id).where(Team.name == "First line")).one()

    assert {each.title for each in seen(work, ben)} == sees
    assert len(seen(work, ana)) == 3


def test_the_deactivated_and_the_anonymised_see_nothing(
    work: Session, ticket: Ticket, ana: User, ben: User, carl: User, olga: User
) -> None:
    assign(ticket, to=ben, by=ana)
    add_participant(ticket, person=olga, by=carl)
    for person in (ana, ben, carl, olga):
        assert seen(work, person) == [ticket]

    ana.is_active = ben.is_active = carl.is_active = False
    olga.anonymised_at = clock.now()

    for person in (ana, ben, carl, olga):
        assert seen(work, person) == []


def test_customers_read_public_comments_and_staff_all(
    work: Session, ticket: Ticket, ana: User, carl: User
) -> None:
    note(ticket, by=ana, content="internal")
    held = reply(ticket, by=ana, content="held")
    held.published_at = None
    reply(ticket, by=ana, content="public")
    work.flush()

    def contents(person: User) -> list[str]:
        return [comment.content for comment in work.scalars(queries.comments_for(person, ticket))]

    assert contents(carl) == [ticket.description, "public"]
    assert contents(ana) == [ticket.description, "internal", "held", "public"]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}"])
def test_a_ticket_is_found_by_its_number_however_typed(
    work: Session, ticket: Ticket, ana: User, typed: str
) -> None:
    number = typed.format(ticket.ticket_number, lower=ticket.ticket_number.lower())

    assert work.scalars(queries.numbered(queries.tickets_for(ana), number)).one() is ticket


def test_queues_and_their_counts_agree(work: Session, carl: User, ana: User, ben: User) -> None:
    first_line = work.scalars(select(Team.id)).one()
    for index, status in enumerate([*TicketStatus] * 3):
        ticket = open_ticket(requester=carl, by=carl, title="T", description="d")
        assign(ticket, to=[ana, ben, None][index % 3], by=ana)
        ticket.team_id = first_line if index % 4 else None
        change_status(ticket, to=status, by=ana)
        if index % 2:
            ticket.due_at = ticket.delivery_failed_at = ticket.created_at
    work.flush()

    for person in (ana, ben):
        counts = work.execute(counts_for(person)).one()._mapping
        found = {slug: len(work.scalars(queue.tickets(person)).all()) for slug, queue in QUEUES.items()}
        assert found.pop("everything") == 15
        assert dict(counts) == found
        assert all(found.values()), "each queue holds something, or this test proves nothing"
    settled = work.scalars(queries.settled(queries.tickets_for(ana))).all()
    assert {ticket.status for ticket in settled} == {TicketStatus.RESOLVED, TicketStatus.CLOSED}


def test_the_same_statements_run_in_an_asynchronous_session(own_app: Flask) -> None:
    """SQLAlchemy's greenlet bridge; psycopg serves both ways."""
    with own_app.app_context(), current.entering(Via.CLI), unit_of_work():
        url = sqlalchemy_url(address(configuration()))
        ana, carl = person_named("ana"), person_named("carl")
        ticket = open_ticket(
            requester=carl, by=carl, title="T", description="d", uploads=[Upload("a.txt", BytesIO(b"a"))]
        )
        note(ticket, by=ana, content="internal")
        statements = {
            queries.tickets_for(ana): 1,
            queries.unassigned(queries.tickets_for(ana)): 1,
            queries.overdue(queries.tickets_for(ana)): 0,
            queries.tickets_for(carl): 1,
            queries.comments_for(ana, ticket): 2,
            queries.comments_for(carl, ticket): 1,
            queries.attachments_for(carl): 1,
            counts_for(ana): 1,
        }

    async def ask() -> list[int]:
        engine = create_async_engine(url)
        async with AsyncSession(engine) as session:
            await session.execute(select(func.set_config("role", "helpdesk_app", True)))
            found = [len((await session.execute(statement)).all()) for statement in statements]
        await engine.dispose()
        return found

    assert asyncio.run(ask()) == list(statements.values())
