"""A bulk change of ten thousand tickets, taken back."""

import pytest

from tests.support.tally import tally
from tests.tickets.bulk.conftest import desk, do, undo, work_off  # noqa: F401 — fixtures
from tests.tickets.bulk.restoring import assert_all_comes_back, everything_of, many

MANY = 10_000


@pytest.mark.soak
@pytest.mark.parametrize("status", ["open", "resolved"])
def test_every_field_of_ten_thousand_tickets_comes_back(desk, do, undo, work_off, status):  # noqa: F811 — fixtures
    ids = many(desk, MANY)
    before = everything_of(desk, ids)

    edit = do("ana", "status", status, ids)

    assert_all_comes_back(desk, ids, edit=edit, before=before, undo=undo, work_off=work_off)
    tally("tickets changed in bulk and taken back, every field compared", len(ids))
