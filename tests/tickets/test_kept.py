"""Statements that are built once: everybody gets what they see, and nobody what somebody else sees."""

import pytest
from sqlalchemy import Select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Organization, Role, RolePermission, Sharing, User
from helpdesk.accounts.permissions import Permission
from helpdesk.tickets.kept import Reader, kept, values_of
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import add_participant, assign, open_ticket
from helpdesk.tickets.queries import tickets_for

built: list[User] = []


@kept
def titles(reader: User) -> Select[str]:
    built.append(reader)
    return tickets_for(reader).with_only_columns(Ticket.title)


def read_by(work: Session, person: User) -> list[str]:
    work.flush()
    work.refresh(person)
    found = sorted(work.scalars(titles(person), values_of(person)))
    anew = sorted(work.scalars(tickets_for(person).with_only_columns(Ticket.title)))
    assert found == anew, "kept or not, it is the same"
    return found


def test_each_reads_what_they_see_of_one_statement(
    work: Session, ana: User, ben: User, ada: User, carl: User, cora: User, olga: User
) -> None:
    open_ticket(requester=carl, by=carl, title="Of Carl", description="Carl's alone.")
    shared = open_ticket(requester=olga, by=olga, title="Of Olga", description="Cora takes part.")
    add_participant(shared, person=cora, by=ana)
    before = len(built)

    assert [read_by(work, each) for each in (carl, cora, olga)] == [["Of Carl"], ["Of Olga"], ["Of Olga"]]
    assert read_by(work, ana) == read_by(work, ben) == read_by(work, ada) == ["Of Carl", "Of Olga"]
    assert len(built) <= before + 3, "built once for customers, for agents and for administrators"


@pytest.mark.parametrize(
    "permissions, seen",
    [
        ((), ["Bens"]),
        ((Permission.SEE_TEAM_TICKETS,), ["Bens", "Team's"]),
        ((Permission.SEE_TEAM_TICKETS, Permission.SEE_EVERY_TICKET), ["Bens", "Carls", "Team's"]),
    ],
)
def test_a_right_that_comes_or_goes_changes_what_is_read(
    work: Session, ana: User, ben: User, carl: User, permissions: tuple[Permission, ...], seen: list[str]
) -> None:
    assign(open_ticket(requester=carl, by=carl, title="Bens", description="d"), to=ben, by=ana)
    open_ticket(requester=carl, by=carl, title="Team's", description="d").team_id = ben.team_ids[0]
    open_ticket(requester=carl, by=carl, title="Carls", description="d")
    read_by(work, ben)
    role = Role(name="Narrow", permissions=[RolePermission(permission=each) for each in permissions])
    work.add(role)
    work.flush()
    ben.role_id = role.id

    assert read_by(work, ben) == seen

    ben.is_active = False

    assert read_by(work, ben) == []


def test_an_organization_that_shares_shows_its_own_people_alone(
    work: Session, ticket: Ticket, cora: User, olga: User
) -> None:
    assert read_by(work, cora) == []

    organization = work.get_one(Organization, cora.organization_id)
    organization.sharing = Sharing.EVERYONE
    work.flush()

    assert read_by(work, cora) == [ticket.title]
    assert read_by(work, olga) == []


def test_what_does_not_belong_to_the_rules_of_seeing_cannot_be_kept(ana: User) -> None:
    reader = Reader.like(ana)

    with pytest.raises(LookupError):
        reader.may(Permission.MANAGE_PEOPLE)
    with pytest.raises(AttributeError):
        _ = reader.organization_id  # type: ignore[attr-defined]  # that is what is tested
