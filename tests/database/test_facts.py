"""Facts about the server: what is told is so, nobody's words are in it; where something is missing the rest goes on."""

import pytest
from sqlalchemy import text

from helpdesk.database import facts
from helpdesk.database.verdicts import WATCHED

WORD = "topsecretword"


def test_the_server_tells_what_it_is(work):
    found = facts.server(work.connection())

    assert found.version.split(".")[0] == str(work.scalar(text("show server_version_num")))[:2]
    assert found.name == work.scalar(text("select current_database()"))
    assert found.bytes > 1_000_000
    assert found.connections >= 1
    assert found.encoding == "UTF8"
    assert set(found.settings) == {each.name for each in WATCHED}
    assert found.settings["fsync"] == "off"  # the server of the tests hurries


def test_tables_in_parts_count_as_one(work):
    found = facts.relations(work.connection())

    names = [table.name for table in found.tables]
    assert len(names) == len(set(names))
    assert {"tickets", "comments", "audit_logs"} <= set(names)
    assert [table.bytes for table in found.tables] == sorted(
        (table.bytes for table in found.tables), reverse=True
    )
    (whole,) = [table for table in found.tables if table.name == "audit_logs"]
    assert whole.bytes == sum(part.bytes for part in found.audit_parts)
    assert "audit_logs_default" in [part.name for part in found.audit_parts]


@pytest.mark.parametrize("by", facts.ORDERS)
def test_the_embedded_server_counts_its_statements(work, by):
    work.scalar(text(f"select '{WORD}', count(*) from tickets where title = '{WORD}'"))

    found = facts.slowest_statements(work.connection(), by=by)

    assert found is not None
    assert all(WORD not in each.text for each in found)
    assert all(each.role.startswith("helpdesk_") and each.role != "helpdesk_owner" for each in found)
    values = [each.total_ms if by == "total" else each.mean_ms for each in found]
    assert values == sorted(values, reverse=True)


def test_a_server_that_does_not_count_them_is_no_error(work, monkeypatch):
    monkeypatch.setattr(facts, "_STATEMENTS", "select * from not_there order by {order}")

    assert facts.slowest_statements(work.connection(), by="total") is None
    assert work.scalar(text("select 1")) == 1
