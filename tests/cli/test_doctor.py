"""What the doctor says of a desk, and what to do about it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpdesk.cli import main
from helpdesk.cli.doctor_checks import ADVICE, Finding, alarm, clocks, disk_at
from helpdesk.database.verdicts import Verdict
from helpdesk.mail.queries.alarms import Alarm, AlarmKind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GB = 2**30


def test_a_desk_without_a_worker_is_told_to_start_one_and_ends_with_1(desk_url, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", desk_url)
    monkeypatch.setenv("HELPDESK_DATA", str(tmp_path))

    said = CliRunner().invoke(main, ["doctor", "--all"])

    lines = " ".join(said.output.split())
    assert said.exit_code == 1
    assert "BAD worker none lives" in lines
    assert "ok tables at revision" in lines
    assert "pg_stat_statements" in lines


@pytest.mark.parametrize(
    "free, verdict", [(50 * GB, Verdict.FINE), (5 * GB, Verdict.DOUBTFUL), (GB - 1, Verdict.BAD)]
)
def test_a_disk_that_fills_up_is_told_of_in_time(free, verdict):
    assert disk_at(Path("instance"), total=100 * GB, free=free).verdict is verdict


def test_clocks_two_seconds_apart_are_one_clock():
    assert clocks(NOON, NOON + timedelta(seconds=2)) == Finding("clock", "as the database's")


def test_clocks_that_differ_are_bad():
    found = clocks(NOON, NOON - timedelta(seconds=90))

    assert (found.state, found.verdict) == ("90 s from the database's", Verdict.BAD)


@pytest.mark.parametrize("kind", AlarmKind)
def test_whatever_the_mail_is_warned_of_has_its_advice(kind):
    found = alarm(Alarm(kind, 3, NOON, mailbox="Support"))

    assert (found.advice, found.verdict is Verdict.FINE) == (ADVICE[kind], False)
