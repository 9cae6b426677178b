"""Which settings of a server are bad, and that nothing somebody wrote is left in a statement."""

import pytest

from helpdesk.database.facts import without_literals
from helpdesk.database.verdicts import WATCHED, Verdict, amount, judged

FINE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "autovacuum": "on",
    "data_checksums": "on",
    "server_encoding": "UTF8",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_connections": "200",
    "random_page_cost": "1.1",
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "jit": "off",
    "TimeZone": "UTC",
}


def verdict(**settings):
    (found,) = [each for each in judged(FINE | settings, connections_needed=40) if each.name in settings]
    return found.verdict


def test_our_own_server_is_fine():
    found = judged(FINE, connections_needed=40)

    assert [each.name for each in found] == [each.name for each in WATCHED]
    assert {each.verdict for each in found} == {Verdict.FINE}


@pytest.mark.parametrize(
    "name, value, expected",
    [
        ("fsync", "off", Verdict.BAD),
        ("full_page_writes", "off", Verdict.BAD),
        ("autovacuum", "off", Verdict.BAD),
        ("server_encoding", "SQL_ASCII", Verdict.BAD),
        ("synchronous_commit", "off", Verdict.DOUBTFUL),
        ("synchronous_commit", "local", Verdict.FINE),
        ("data_checksums", "off", Verdict.DOUBTFUL),
        ("shared_buffers", "16MB", Verdict.DOUBTFUL),
        ("shared_buffers", "64MB", Verdict.FINE),
        ("work_mem", "64kB", Verdict.DOUBTFUL),
        ("random_page_cost", "4", Verdict.DOUBTFUL),
        ("statement_timeout", "0", Verdict.DOUBTFUL),
        ("jit", "on", Verdict.DOUBTFUL),
        ("max_connections", "39", Verdict.DOUBTFUL),
        ("max_connections", "40", Verdict.FINE),
    ],
)
def test_a_value_is_judged(name, value, expected):
    assert verdict(**{name: value}) is expected


def test_the_worst_comes_first_with_what_to_do():
    found = judged(FINE | {"jit": "on", "autovacuum": "off"}, connections_needed=40)

    assert [each.name for each in found[:2]] == ["autovacuum", "jit"]
    assert all(each.advice for each in found[:2])


def test_what_a_server_does_not_have_is_left_out():
    assert [each.name for each in judged({"jit": "off"}, connections_needed=1)] == ["jit"]


@pytest.mark.parametrize(
    "size, number", [("128MB", 2**27), ("8kB", 8192), ("1GB", 2**30), ("512", 512), ("on", 0)]
)
def test_sizes_are_read(size, number):
    assert amount(size) == number


@pytest.mark.parametrize(
    "statement, shown",
    [
        ("select * from users where name = 'O''Hara'", "select * from users where name = ?"),
        (r"select E'it\'s secret', 1", "select ?, ?"),
        ("select $1, $23 from t1 where a2b = 4.5", "select $1, $23 from t1 where a2b = ?"),
        ("select $$secret$$, $x$sec'ret$x$", "select ?, ?"),
        ("select\n  id\nfrom   tickets limit 50", "select id from tickets limit ?"),
        ("update t set a=-7,b='x'", "update t set a=-?,b=?"),
    ],
)
def test_literals_are_left_out(statement, shown):
    assert without_literals(statement) == shown
