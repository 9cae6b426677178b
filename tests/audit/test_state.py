"""What the desk says of its own trail."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from helpdesk.audit import anchors
from helpdesk.audit.access import note_access
from helpdesk.audit.anchors import FILE, NoPlace, anchor, place_of, read
from helpdesk.audit.jobs import BrokenTrail, anchor_head, seal_new, verify_all
from helpdesk.audit.models import AccessKind
from helpdesk.audit.retention import forget_old
from helpdesk.audit.state import PATIENCE, seal_state
from helpdesk.audit.verifying import verify
from helpdesk.core import clock, current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.roles import owner_connection
from helpdesk.settings.catalogue import change_settings


@pytest.fixture
def desk(own_app: Flask) -> Iterator[Path]:
    """A desk of its own with one reading recorded; its data folder."""
    with own_app.app_context(), current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID):
        with unit_of_work():
            note_access(AccessKind.ATTACHMENT, person_id=1, record_id=1)
        configuration().data_dir.mkdir(parents=True, exist_ok=True)
        yield configuration().data_dir


def as_owner(job: object) -> None:
    with owner_connection(configuration()) as connection:
        job(connection)  # type: ignore[operator]  # a job of the owner


def test_sealed_and_anchored_rows_leave_nothing_to_say(desk: Path) -> None:
    as_owner(seal_new)
    as_owner(anchor_head)

    with unit_of_work(), clock.freeze(clock.now() + PATIENCE * 2):
        state = seal_state()

    assert state.last_number > 0
    assert state.unsealed == 0
    assert state.sealed_at is not None
    assert state.anchored_at is not None
    assert not state.is_broken
    assert list(read((desk / FILE).read_text().splitlines())) == [state.last_number]


def test_rows_that_wait_too_long_are_counted(desk: Path) -> None:
    with unit_of_work():
        with clock.freeze(clock.now() - PATIENCE):  # nothing has waited so long, however slow the machine
            assert seal_state().unsealed == 0
        with clock.freeze(clock.now() + PATIENCE * 2):
            assert seal_state().unsealed > 0


def test_the_nightly_check_fails_where_the_trail_was_touched(desk: Path) -> None:
    as_owner(seal_new)
    as_owner(anchor_head)
    as_owner(verify_all)
    with owner_connection(configuration()) as connection:
        connection.execute(text("update access_logs set detail = 'nothing'"))

    with pytest.raises(BrokenTrail, match="was changed after it was sealed"):
        as_owner(verify_all)


def test_the_head_is_written_down_once_an_interval(desk: Path) -> None:
    for _again in range(3):
        with unit_of_work():
            note_access(AccessKind.ATTACHMENT, person_id=1, record_id=1)
        as_owner(seal_new)
        as_owner(anchor_head)
    with clock.freeze(clock.now() + 2 * PATIENCE * 6):
        as_owner(anchor_head)

    assert len((desk / FILE).read_text().splitlines()) == 2


def test_an_anchor_that_cannot_be_written_is_an_error_and_the_seal_is_not_marked(desk: Path) -> None:
    as_owner(seal_new)

    def to_nowhere(connection: Connection) -> None:
        anchor(connection, desk / "missing" / "file")

    with pytest.raises(NoPlace):
        as_owner(to_nowhere)
    as_owner(anchor_head)
    assert (desk / FILE).exists()


def test_the_machines_log_is_a_place_too(desk: Path, tmp_path: Path) -> None:
    import socket

    as_owner(seal_new)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(tmp_path / "log"))
        log.settimeout(5)
        with owner_connection(configuration()) as connection:
            made = anchor(connection, place_of("syslog", desk), socket=tmp_path / "log")
        line = log.recv(4096).decode()

    assert made is not None
    assert read([f"Jul 23 12:00:00 host {line}"]) == {made.number: {made.digest}}


def test_without_a_log_it_says_so(desk: Path, tmp_path: Path) -> None:
    as_owner(seal_new)

    def to_nobody(connection: Connection) -> None:
        anchor(connection, None, socket=tmp_path / "none")

    with pytest.raises(NoPlace, match="syslog"):
        as_owner(to_nobody)


@pytest.mark.parametrize("line", ["{", '{"number": 1}', '{"number": "x", "digest": "a"}'])
def test_an_anchor_cut_short_is_told_by_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        anchors.read(["nothing of ours", line])


def test_months_beyond_what_the_desk_keeps_go_and_are_no_fault(desk: Path) -> None:
    with unit_of_work():
        change_settings(keeps_audit_months=2, keeps_access_months=1)
    as_owner(seal_new)
    later = clock.now().replace(year=clock.now().year + 1)
    with clock.freeze(later), owner_connection(configuration()) as connection:
        gone = forget_old(connection)
        found = verify(connection)

    assert {name.rsplit("_", 2)[0] for name in gone} == {"audit_logs", "access_logs"}
    assert found.findings == []
    assert found.removed > 0


def test_nothing_goes_where_everything_is_kept(desk: Path) -> None:
    with unit_of_work():
        change_settings(keeps_audit_months=0, keeps_access_months=0)
    with clock.freeze(clock.now().replace(year=2090)), owner_connection(configuration()) as connection:
        assert forget_old(connection) == []
