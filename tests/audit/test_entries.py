"""Values as the trail keeps them: whatever JSON can hold."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from helpdesk.audit.entries import AuditEntry, plain
from helpdesk.audit.models import AuditAction


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    "value, kept",
    [
        (None, None),
        (True, True),
        (3, 3),
        (1.5, 1.5),
        ("text", "text"),
        ({"a": 1}, {"a": 1}),
        (Colour.RED, "red"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00"),
        (timedelta(minutes=2), 120.0),
        (["b", "a"], ["a", "b"]),
        ({Colour.RED}, ["red"]),
        (date(2026, 1, 2), "2026-01-02"),
    ],
)
def test_values_are_kept_as_json_can_hold_them(value: Any, kept: Any) -> None:
    assert plain(value) == kept


def entry(action: AuditAction, **changes: Any) -> AuditEntry:
    return AuditEntry("things", 7, None, action, {name: list(pair) for name, pair in changes.items()})


def test_the_first_old_and_the_last_new_value_remain() -> None:
    first, second = entry(AuditAction.UPDATE, a=(1, 2)), entry(AuditAction.UPDATE, a=(2, 3), b=(0, 1))

    merged = first.merge(second)

    assert merged == entry(AuditAction.UPDATE, a=(1, 3), b=(0, 1))


def test_what_is_as_it_was_is_not_told() -> None:
    assert entry(AuditAction.UPDATE, a=(1, 2)).merge(entry(AuditAction.UPDATE, a=(2, 1))) is None


def test_a_secret_changed_twice_is_told() -> None:
    secret = entry(AuditAction.UPDATE, password=("•••", "•••"))

    assert secret.merge(secret) == secret


def test_nothing_follows_a_deletion() -> None:
    gone = entry(AuditAction.DELETE, a=(1, None))

    assert gone.merge(entry(AuditAction.UPDATE, a=(1, 2))) == gone


def test_a_later_change_may_tell_the_ticket() -> None:
    first, second = entry(AuditAction.INSERT, a=(None, 1)), entry(AuditAction.UPDATE, b=(None, 1))
    second.ticket_id = 42

    merged = first.merge(second)

    assert merged is not None
    assert (merged.ticket_id, merged.action) == (42, AuditAction.INSERT)
