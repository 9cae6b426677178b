"""Who read what and who came in: one record each, where the desk keeps them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.audit.access import SWITCHES, note_access, note_for_good
from helpdesk.audit.models import AccessKind, AccessLog, RecentRead
from helpdesk.audit.reading import WITHIN, count_reading
from helpdesk.core import clock
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.errors import TooMany
from helpdesk.settings.catalogue import change_settings
from tests.support.statements import counted_statements


def records(session: Session) -> list[tuple[AccessKind, int | None]]:
    rows = session.execute(select(AccessLog.kind, AccessLog.user_id).order_by(AccessLog.id))
    return [(row.kind, row.user_id) for row in rows]


def test_a_reading_is_recorded_once_its_transaction_is_kept(work: Session, ana: User) -> None:
    note_access(AccessKind.ATTACHMENT, person_id=ana.id, record_id=7, ticket_id=3, detail="a\0b")
    assert records(work) == []

    work.commit()

    row = work.scalars(select(AccessLog)).one()
    assert (row.kind, row.user_id, row.record_id, row.ticket_id) == (AccessKind.ATTACHMENT, ana.id, 7, 3)
    assert row.detail == "ab"
    assert row.request_id


def test_what_was_rolled_back_was_not_read(work: Session, ana: User) -> None:
    note_access(AccessKind.ATTACHMENT, person_id=ana.id, record_id=7)
    work.rollback()
    work.commit()

    assert records(work) == []


def test_a_failure_is_recorded_though_everything_else_is_rolled_back(work: Session, ana: User) -> None:
    note_for_good(AccessKind.SIGN_IN_FAILED, person_id=ana.id)
    work.scalar(select(User.id).limit(1))
    work.rollback()

    assert records(work) == [(AccessKind.SIGN_IN_FAILED, ana.id)]


def test_what_counts_as_read_counts_after_a_rollback_as_well(work: Session, ana: User) -> None:
    note_for_good(AccessKind.TICKET, person_id=ana.id, record_id=5, is_recorded=False)
    work.scalar(select(User.id).limit(1))
    work.rollback()

    assert records(work) == []
    assert work.execute(select(RecentRead.user_id, RecentRead.record_id)).all() == [(ana.id, 5)]


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize("is_on", [True, False])
def test_each_switch_is_obeyed_for_each_kind(work: Session, ana: User, name: str, is_on: bool) -> None:
    change_settings(**{name: is_on})
    for kind in AccessKind:
        note_access(kind, person_id=ana.id)
    work.commit()

    written = {kind for kind, _who in records(work)}
    switched = SWITCHES[name][1]
    assert written & switched == (switched if is_on else frozenset())
    assert written >= {AccessKind.IMPERSONATION_STARTED, AccessKind.LIMIT_REACHED}


def test_attachments_exports_and_sign_ins_are_on_by_themselves(work: Session, ana: User) -> None:
    for kind in AccessKind:
        note_access(kind, person_id=ana.id)
    work.commit()

    assert {kind for kind, _who in records(work)} == set(AccessKind) - {AccessKind.TICKET}


def test_a_record_costs_one_statement(work: Session, ana: User) -> None:
    note_access(AccessKind.ATTACHMENT, person_id=ana.id, record_id=7)

    with counted_statements() as statements:
        work.commit()

    assert len([each for each in statements if "access_logs" in each]) == 1


def test_a_customers_reading_is_written_in_another_role(acting: Callable[..., Any], work: Session) -> None:
    with acting("carl", role=DatabaseRole.CUSTOMER) as carl:
        note_access(AccessKind.ATTACHMENT, person_id=carl.id, record_id=7)
        carls_id = carl.id

    assert records(work) == [(AccessKind.ATTACHMENT, carls_id)]


def test_the_same_thing_again_is_one_thing(work: Session, ana: User) -> None:
    for _again in range(5):
        for record_id in (1, 2, 3):
            count_reading(AccessKind.TICKET, person_id=ana.id, record_id=record_id, most=3)

    with pytest.raises(TooMany):
        count_reading(AccessKind.TICKET, person_id=ana.id, record_id=4, most=3)


def test_an_hour_later_there_is_room_again(work: Session, ana: User, ben: User) -> None:
    for record_id in (1, 2):
        count_reading(AccessKind.TICKET, person_id=ana.id, record_id=record_id, most=2)
    count_reading(AccessKind.ATTACHMENT, person_id=ana.id, record_id=3, most=2)
    count_reading(AccessKind.TICKET, person_id=ben.id, record_id=3, most=2)

    with clock.freeze(clock.now() + WITHIN - timedelta(minutes=1)), pytest.raises(TooMany) as refusal:
        count_reading(AccessKind.TICKET, person_id=ana.id, record_id=3, most=2)
    assert 0 < refusal.value.retry_after <= 61

    with clock.freeze(clock.now() + WITHIN + timedelta(minutes=1)):
        count_reading(AccessKind.TICKET, person_id=ana.id, record_id=3, most=2)


def test_no_limit_asks_nothing(work: Session, ana: User) -> None:
    with counted_statements() as statements:
        count_reading(AccessKind.TICKET, person_id=ana.id, record_id=1, most=0)

    assert list(statements) == []


def test_a_limit_that_is_reached_is_told_once_an_hour(work: Session, ana: User) -> None:
    count_reading(AccessKind.EXPORT, person_id=ana.id, record_id=1, most=1)
    work.commit()
    for record_id in (2, 3, 4):
        with pytest.raises(TooMany):
            count_reading(AccessKind.EXPORT, person_id=ana.id, record_id=record_id, most=1)
        db.session.rollback()

    assert records(work) == [(AccessKind.LIMIT_REACHED, ana.id)]
