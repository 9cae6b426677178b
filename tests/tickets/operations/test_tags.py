"""Tags themselves: made, renamed, merged, deleted; what is on tickets follows and is audited."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.tickets.operations import delete, open_ticket, set_tags
from helpdesk.tickets.operations.tagging import BadTag
from helpdesk.tickets.operations.tags import (
    NotMergeable,
    TagTaken,
    change_tag,
    create_tag,
    delete_tag,
    merge_tags,
)

Tagged = Callable[..., Ticket]


@pytest.fixture
def tagged(work: Session, carl: User, ana: User) -> Tagged:
    def opened(*names: str) -> Ticket:
        ticket = open_ticket(requester=carl, by=carl, title="x", description="x")
        set_tags(ticket, names=names, by=ana)
        return ticket

    return opened


def named(work: Session, name: str) -> Tag:
    return work.scalars(select(Tag).where(Tag.name == name)).one()


def names_on(work: Session, ticket: Ticket) -> list[str]:
    work.refresh(ticket, ["tags"])
    return sorted(tag.name for tag in ticket.tags)


def test_a_tag_is_made_as_agents_write_them(work: Session, ada: User) -> None:
    tag = create_tag(name="  Pay Ment ", color="#16794c", description=" About  money ", by=ada)

    assert (tag.name, tag.color, tag.description) == ("pay-ment", "#16794c", "About money")


@pytest.mark.parametrize("name", ["", "a,b", "x" * 41, "<b>"])
def test_what_cannot_be_a_tag(work: Session, ada: User, tagged: Tagged, name: str) -> None:
    tagged("printer")
    with pytest.raises(BadTag):
        create_tag(name=name, color="#6b6b6b", description="", by=ada)
    with pytest.raises(BadTag):
        change_tag(named(work, "printer"), name=name, color="#6b6b6b", description="", by=ada)


def test_a_second_of_one_name_is_refused(work: Session, ada: User, tagged: Tagged) -> None:
    tagged("printer", "print")

    with pytest.raises(TagTaken, match="Merge the two instead"):
        change_tag(named(work, "print"), name="Printer", color="#6b6b6b", description="", by=ada)


def test_renamed_it_stays_on_its_tickets(work: Session, ada: User, tagged: Tagged) -> None:
    ticket = tagged("printr")
    change_tag(named(work, "printr"), name="printer", color="#b3261e", description="Paper", by=ada)
    work.commit()

    assert names_on(work, ticket) == ["printer"]
    (row,) = work.scalars(
        select(AuditLog).where(AuditLog.table_name == "tags", AuditLog.changes.has_key("description"))
    )
    assert row.changes["color"][1] == "#b3261e"


def test_merged_every_ticket_has_the_other_once_the_bins_too(
    work: Session, ada: User, tagged: Tagged
) -> None:
    one, both, binned, other = tagged("print"), tagged("print", "printer"), tagged("print"), tagged("fax")
    delete(binned, by=ada)
    work.commit()

    assert merge_tags(named(work, "print"), into=named(work, "printer"), by=ada) == 3
    work.commit()

    assert [names_on(work, each) for each in (one, both, binned, other)] == [["printer"]] * 3 + [["fax"]]
    assert work.scalars(select(Tag.name).order_by(Tag.name)).all() == ["fax", "printer"]
    told = select(AuditLog.ticket_id).where(AuditLog.changes["tags"][0].contains(["print"]))
    assert {one.id, both.id, binned.id} <= set(work.scalars(told))
    (took,) = work.scalars(select(AuditLog).where(AuditLog.changes.has_key("took_in")))
    assert took.changes == {"took_in": [None, "print"]}


def test_a_tag_is_not_merged_into_itself(work: Session, ada: User, tagged: Tagged) -> None:
    tagged("printer")
    with pytest.raises(NotMergeable):
        merge_tags(named(work, "printer"), into=named(work, "printer"), by=ada)


def test_deleted_it_is_off_every_ticket_each_audited(work: Session, ada: User, tagged: Tagged) -> None:
    first, second = tagged("spam", "fax"), tagged("spam")
    work.commit()

    assert delete_tag(named(work, "spam"), by=ada) == 2
    work.commit()

    assert (names_on(work, first), names_on(work, second)) == (["fax"], [])
    (gone,) = work.scalars(
        select(AuditLog).where(AuditLog.table_name == "tags", AuditLog.action == AuditAction.DELETE)
    )
    assert gone.changes["name"] == ["spam", None]
    told = select(AuditLog.ticket_id).where(AuditLog.changes["tags"][0].contains(["spam"]))
    assert {first.id, second.id} == set(work.scalars(told))
