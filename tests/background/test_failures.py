"""What is kept of an exception."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Role
from helpdesk.background import failures


def caught(raiser: object) -> BaseException:
    with pytest.raises(Exception) as found:  # noqa: PT011 — any will do
        raiser()  # type: ignore[operator]  # handed over as an object by parametrize
    return found.value


def test_one_line_says_kind_and_message() -> None:
    assert failures.one_line(ValueError("no\nsuch\tthing")) == "ValueError: no such thing"
    assert failures.one_line(ValueError()) == "ValueError"


def test_one_line_is_short() -> None:
    assert len(failures.one_line(ValueError("x" * 5_000))) == failures.LONGEST_LINE + 1


def test_a_statements_parameters_stay_out(work: Session) -> None:
    error = caught(lambda: work.scalar(select(func.to_date("top-secret", "YYYY"))))

    assert isinstance(error, DBAPIError)
    error.hide_parameters = False  # as on an engine somebody else has made
    assert "top-secret" in str(error)
    for kept in (failures.one_line(error), failures.trace(error)):
        assert "[parameters" not in kept
    assert failures.one_line(error).startswith("DataError: invalid value")


def test_the_row_of_a_broken_constraint_stays_out(work: Session) -> None:
    work.add_all([Role(name="Top Secret"), Role(name="Top Secret")])

    error = caught(work.flush)

    assert "Top Secret" not in failures.one_line(error)
    assert "Top Secret" not in failures.trace(error)
    assert "duplicate key value violates unique constraint" in failures.one_line(error)


def test_a_password_in_an_address_is_masked() -> None:
    error = OSError("no answer from imaps://carl:hunter2@mail.example:993")

    assert failures.one_line(error) == "OSError: no answer from imaps://carl:•••@mail.example:993"


def test_a_trace_tells_causes_first() -> None:
    def fail() -> None:
        try:
            raise KeyError("inner")
        except KeyError as inner:
            raise ValueError("outer") from inner

    told = failures.trace(caught(fail))

    assert told.index("KeyError: 'inner'") < told.index("ValueError: outer")
    assert "in fail" in told


def test_a_trace_leaves_out_what_was_meant_to_be_left_out() -> None:
    def fail() -> None:
        try:
            raise KeyError("inner")
        except KeyError:
            raise ValueError("outer") from None

    assert "inner'" not in failures.trace(caught(fail)).replace('raise KeyError("inner")', "")


def test_what_postgresql_cannot_hold_is_replaced() -> None:
    kept = failures.trace(ValueError("a\x00b\ud800c"))

    assert "\x00" not in kept
    kept.encode()
