"""Taking the right to sign in away, and giving it back."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Role, User
from helpdesk.accounts.operations.administrators import LastAdministrator
from helpdesk.accounts.operations.changing_roles import change_role
from helpdesk.accounts.operations.deactivating import activate, deactivate
from helpdesk.accounts.operations.touching import Untouchable
from helpdesk.accounts.permissions import ADMIN
from helpdesk.audit.models import AuditLog
from helpdesk.core import clock, current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.errors import Gone
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.identity.models import SignInSession, TokenPurpose
from helpdesk.identity.operations.signing_in import NoMatch, sign_in
from helpdesk.identity.operations.tokens import find, mint
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.operations import assign, delete, resolve
from helpdesk.tickets.operations.assigning import NotAnAssignee
from tests.conftest import person_named
from tests.support.cast import PASSWORD
from tests.support.sessions import start_session


def test_a_deactivated_person_is_signed_out_and_stays_out(work: Session, ada: User, ana: User) -> None:
    start_session(ana)
    token = mint(TokenPurpose.RESET_PASSWORD, person=ana)

    deactivate(ana, by=ada)

    assert ana.is_active is False
    assert work.scalars(select(SignInSession).where(SignInSession.user_id == ana.id)).all() == []
    with pytest.raises(NoMatch):
        sign_in(email="ana@desk.example", password=PASSWORD)
    with pytest.raises(Gone):
        find(token, purpose=TokenPurpose.RESET_PASSWORD)


def test_open_tickets_go_back_to_nobody(work: Session, ada: User, ana: User, ticket: Ticket) -> None:
    assign(ticket, to=ana, by=ana)

    deactivate(ana, by=ada)
    work.refresh(ticket)

    assert (ticket.assignee_id, ticket.status) == (None, TicketStatus.IN_PROGRESS)


def test_open_tickets_go_to_whom_was_chosen(
    work: Session, ada: User, ana: User, ben: User, ticket: Ticket
) -> None:
    assign(ticket, to=ana, by=ana)

    deactivate(ana, by=ada, tickets_to=ben)
    work.refresh(ticket)

    assert ticket.assignee_id == ben.id


def test_those_in_the_bin_too(work: Session, ada: User, ana: User, ticket: Ticket) -> None:
    assign(ticket, to=ana, by=ana)
    delete(ticket, by=ana)

    deactivate(ana, by=ada)
    work.refresh(ticket)

    assert ticket.assignee_id is None


def test_settled_tickets_stay_with_who_settled_them(
    work: Session, ada: User, ana: User, ben: User, ticket: Ticket
) -> None:
    assign(ticket, to=ana, by=ana)
    resolve(ticket, by=ana)

    deactivate(ana, by=ada, tickets_to=ben)
    work.refresh(ticket)

    assert ticket.assignee_id == ana.id


@pytest.mark.parametrize("heir", ["carl", "ana"])
def test_tickets_go_to_nobody_who_cannot_work_on_them(
    work: Session, ada: User, ana: User, ticket: Ticket, heir: str
) -> None:
    """A customer; and the one who is leaving."""
    assign(ticket, to=ana, by=ana)

    with pytest.raises(NotAnAssignee):
        deactivate(ana, by=ada, tickets_to=person_named(heir))


def test_nobody_deactivates_themself(work: Session, ada: User, ben_too: User) -> None:
    with pytest.raises(Untouchable, match="Nobody deactivates their own account"):
        deactivate(ada, by=ada)

    assert ada.is_active


def test_the_last_administrator_stays(work: Session, ada: User, ana: User) -> None:
    with pytest.raises(LastAdministrator, match="Ada Admin is the last administrator"):
        deactivate(ada, by=ana)

    assert ada.is_active


def test_one_of_two_administrators_may_go(work: Session, ada: User, ben_too: User) -> None:
    deactivate(ada, by=ben_too)

    assert ada.is_active is False


def test_the_system_stays(work: Session, ada: User, system: User) -> None:
    with pytest.raises(Untouchable, match="belongs to the desk itself"):
        deactivate(system, by=ada)


def test_a_second_deactivation_changes_nothing(work: Session, ada: User, ana: User) -> None:
    deactivate(ana, by=ada)
    work.commit()
    rows = len(work.scalars(select(AuditLog)).all())

    deactivate(ana, by=ada)
    work.commit()

    assert len(work.scalars(select(AuditLog)).all()) == rows


def test_an_activated_person_signs_in_with_the_old_password_and_role(
    work: Session, ada: User, ana: User
) -> None:
    role = ana.role_id
    deactivate(ana, by=ada)

    activate(ana, by=ada)

    assert sign_in(email="ana@desk.example", password=PASSWORD).person is ana
    assert ana.role_id == role


def test_somebody_erased_does_not_come_back(work: Session, ada: User, carl: User) -> None:
    carl.is_active, carl.anonymised_at = False, clock.now()

    with pytest.raises(Untouchable, match="was erased"):
        activate(carl, by=ada)


def test_deactivation_is_audited_with_the_tickets_handed_over(
    work: Session, ada: User, ana: User, ben: User, ticket: Ticket
) -> None:
    assign(ticket, to=ana, by=ana)
    work.commit()
    seen = work.scalar(select(AuditLog.id).order_by(AuditLog.id.desc()).limit(1))

    deactivate(ana, by=ada, tickets_to=ben)
    work.commit()

    rows = work.scalars(select(AuditLog).where(AuditLog.id > seen).order_by(AuditLog.table_name)).all()
    assert [(row.table_name, row.record_id, row.changes) for row in rows] == [
        ("tickets", ticket.id, {"assignee_id": [ana.id, ben.id]}),
        ("users", ana.id, {"is_active": [True, False]}),
    ]


def removal_of_each_other(app: Flask, deed: Callable[[User, User], None]) -> list[str]:
    """Ada and Ben, both administrators, do it to each other at the same moment. Returns how it ended for each."""
    with app.app_context(), current.entering(Via.CLI), unit_of_work():
        admin = db.session.scalars(select(Role).where(Role.name == ADMIN)).one()
        change_role(person_named("ben"), to=admin, by=person_named("ada"))
    ready, ends = Barrier(2), []

    def remove(name: str, other: str) -> None:
        with app.app_context(), current.entering(Via.WEB):
            try:
                with unit_of_work():
                    me, them = person_named(name), person_named(other)
                    ready.wait(timeout=20)
                    deed(me, them)
                ends.append("done")
            except LastAdministrator:
                ends.append("refused")

    threads = [Thread(target=remove, args=pair) for pair in (("ada", "ben"), ("ben", "ada"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(ends)


def test_two_administrators_who_deactivate_each_other_at_once_do_not_both_succeed(own_app: Flask) -> None:
    ends = removal_of_each_other(own_app, lambda me, them: deactivate(them, by=me))

    assert ends == ["done", "refused"]


def test_nor_two_who_take_each_others_role(own_app: Flask) -> None:
    ends = removal_of_each_other(own_app, lambda me, them: change_role(them, to=None, by=me))

    assert ends == ["done", "refused"]
