"""kill -9 under concurrent writers: what was answered is there, once. A short run in make test, the whole in soak."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.crashes import PASSWORD, compare, crash
from tests.support.running_desk import RunningDesk
from tests.support.tally import tally


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    desk = RunningDesk(tmp_path / "desk")
    desk.start()
    try:
        desk.wait_until_ready()
        desk.command("demo", "--tickets", "30", "--seed", "1", "--password", PASSWORD)
        yield desk
    finally:
        desk.remove()


def survive(desk: RunningDesk, *, cycles: int) -> None:
    ledger, kills = crash(desk, cycles=cycles, seed=cycles)
    findings = compare(desk, ledger)
    tally("kill -9 cycles", sum(kills.values()))
    tally("writes answered under kills", len(ledger.confirmed))

    assert sum(kills.values()) == cycles
    assert len(ledger.confirmed) >= cycles, "the writers wrote, or this proves nothing"
    assert findings.lost == []
    assert findings.doubled == []
    assert findings.strangers == []
    assert findings.unfinished_jobs == []
    assert findings.mails_wrong == 0
    assert findings.comments_unaudited == 0
    assert desk.stop() == 0


def test_nothing_answered_is_lost_or_doubled(desk: RunningDesk) -> None:
    survive(desk, cycles=4)


@pytest.mark.soak
def test_nothing_answered_is_lost_or_doubled_in_a_hundred_kills(desk: RunningDesk) -> None:
    survive(desk, cycles=120)
