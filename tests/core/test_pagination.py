"""Keyset paging walks forwards and backwards over every row once, also where the order has mixed directions."""

import base64
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.pagination import BadMark, Key, keyset_page
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import open_ticket
from tests.support.tally import tally


@given(
    priorities=st.lists(st.sampled_from(["low", "high"]), min_size=1, max_size=12),
    size=st.integers(1, 5),
    directions=st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_is_seen_once_in_both_directions(
    work: Session, carl: User, priorities: list[str], size: int, directions: tuple[bool, bool, bool]
) -> None:
    start = clock.now()
    with work.begin_nested() as savepoint:
        for index, priority in enumerate(priorities):
            ticket = open_ticket(requester=carl, by=carl, title=f"{index}", description="d")
            ticket.priority = priority  # type: ignore[assignment]  # the column takes its text
            ticket.created_at = start + timedelta(seconds=index % 3)
        work.flush()
        statement = select(Ticket.title)
        order = [
            Key(column, descending)
            for column, descending in zip(
                (Ticket.priority, Ticket.created_at, Ticket.id), directions, strict=True
            )
        ]
        everything = keyset_page(statement, order, size=100)
        expected = [row.title for row in everything.rows]
        assert (everything.after, everything.before) == (None, None)

        forwards, page = [], keyset_page(statement, order, size=size)
        assert page.before is None
        while True:
            tally("pages turned")
            forwards += [row.title for row in page.rows]
            if page.after is None:
                break
            page = keyset_page(statement, order, size=size, after=page.after)
        backwards = [row.title for row in page.rows]
        while page.before is not None:
            page = keyset_page(statement, order, size=size, before=page.before)
            backwards = [row.title for row in page.rows] + backwards
        savepoint.rollback()

    assert sorted(expected) == sorted(str(index) for index in range(len(priorities)))
    assert forwards == expected
    assert backwards == expected


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "x",
        "é",
        *(
            "[]",
            "{}",
            "null",
            "1",
            "[1]",
            "[1, 2]",
            '["x", 1]',
            '[{"t": "x"}, 1]',
            '[{"t": "2026-01-01"}, 1]',
        ),
        *('[{"t": "2026-01-01T00:00:00Z"}, true]', '[{"t": "2026-01-01T00:00:00Z"}, 9223372036854775808]'),
        *('[{"t": "2026-01-01T00:00:00Z"}, "1"]', '[{"t": "2026-01-01T00:00:00Z"}, 1, 2]'),
    ],
)
def test_a_mark_we_did_not_make_is_refused(work: Session, mark: str) -> None:
    packed = (
        base64.urlsafe_b64encode(mark.encode()).decode() if mark.startswith(("[", "{", "n", "1")) else mark
    )

    with pytest.raises(BadMark, match="first page"):
        keyset_page(select(Ticket.title), [Key(Ticket.created_at), Key(Ticket.id)], size=2, after=packed)
