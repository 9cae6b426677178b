"""`helpdesk run` as a person meets it: it starts, recovers from every kill, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from helpdesk.database.embedded import EmbeddedServer
from tests.support import desks
from tests.support.folders import open_folder
from tests.support.processes import eventually, is_alive
from tests.support.tally import tally


@pytest.fixture(scope="module")
def desk():
    with open_folder() as folder, desks.running(folder) as desk:
        yield desk


@pytest.fixture
def folder():
    with open_folder() as folder:
        yield folder


def run(folder, *arguments, **environ):
    """One command to its end; what it said."""
    return subprocess.run(
        [*desks.COMMAND, *(arguments or ["run"])],
        env=desks.environment(folder, desks.free_port(), **environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=desks.PATIENCE,
    )


def test_a_fresh_desk_says_where_it_is_and_how_to_get_in(desk):
    assert desk.is_ready(), desk.said

    assert desk.said.splitlines()[0] == f"Helpdesk is ready: http://127.0.0.1:{desk.port}"
    assert re.fullmatch(rf"http://127\.0\.0\.1:{desk.port}/setup/[\w-]{{22,}}", desk.setup_link)
    assert (
        desk.get("/readyz"),
        desk.get("/healthz"),
        desk.get(desk.setup_link.split(str(desk.port))[1]),
    ) == (
        200,
        200,
        200,
    )


def test_a_second_start_in_the_same_folder_is_refused(desk):
    assert desk.is_ready()

    second = run(desk.folder)

    assert (second.returncode, second.stdout, second.stderr) == (
        1,
        "",
        f"Error: Helpdesk already runs in {desk.folder}: stop it first, or set HELPDESK_DATA to another folder.\n",
    )
    assert desk.get("/readyz") == 200


@pytest.mark.parametrize("part", ["gunicorn", "helpdesk.cli worker", "postgres"])
def test_a_part_that_is_killed_comes_back(desk, part):
    assert desk.is_ready()
    victim = desk.server.pid if part == "postgres" else desk.child(part)

    os.kill(victim, signal.SIGKILL)

    assert eventually(lambda: not is_alive(victim))
    assert eventually(
        lambda: desk.get("/readyz") == 200 and pid_of(desk, part) != victim, within=desks.PATIENCE
    )
    tally("kills of one part")


def pid_of(desk, part):
    return desk.server.pid if part == "postgres" else desk.child(part)


def test_after_a_kill_of_the_parent_only_postgresql_stays_and_is_adopted(desk):
    assert desk.is_ready()
    postmaster = desk.server.pid
    others = [pid for pid in desk.processes() if pid != postmaster]

    desk.process.kill()
    desk.process.wait()

    assert eventually(lambda: not any(is_alive(pid) for pid in others))
    desk.start()
    assert desk.is_ready(), desk.said
    assert desk.server.pid == postmaster
    assert desk.get("/readyz") == 200
    tally("kills of the parent")


def test_after_a_kill_of_everything_the_next_start_recovers(desk):
    assert desk.is_ready()
    for pid in desk.processes():
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
    desk.process.wait()

    desk.start()

    assert desk.is_ready(), desk.said
    tally("kills of everything")


def test_ctrl_c_ends_everything_in_order(desk):
    assert desk.is_ready()
    pids = desk.processes()

    assert desk.stop(signal.SIGINT) == 0

    assert desk.said.splitlines()[-1] == "Stopped."
    assert eventually(lambda: not any(is_alive(pid) for pid in pids))
    assert desk.get("/healthz") == 0


def test_a_signal_while_starting_leaves_nothing(folder):
    with desks.running(folder) as desk:
        assert eventually(desk.server.is_running, within=desks.PATIENCE)
        pids = desk.processes()

        assert desk.stop() == 0

        assert desk.said.splitlines()[-1] == "Stopped."
        assert not [pid for pid in pids if is_alive(pid)]


def test_a_taken_port_is_said_before_anything_starts(folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = run(folder, HELPDESK_PORT=str(port))

    assert (said.returncode, said.stderr) == (
        1,
        (
            f"Error: Port {port} of 127.0.0.1 is taken by another program: "
            "stop that one, or set HELPDESK_PORT to a free port.\n"
        ),
    )
    assert EmbeddedServer(folder).home.exists() is False


@pytest.mark.parametrize(
    "environ, sentence",
    [
        (
            {"DATABASE_URL": "postgresql://a:b@127.0.0.1:1/desk"},
            (
                "Error: PostgreSQL at 127.0.0.1:1 does not answer (Connection refused): "
                "start it, or correct DATABASE_URL.\n"
            ),
        ),
        (
            {"HELPDESK_SECRET_KEY": "changeme"},
            (
                "Error: HELPDESK_SECRET_KEY must be 32 or more random characters, not a sample; make one with: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))' "
                "(or leave it unset, and one is kept in the data folder).\n"
            ),
        ),
        (
            {"HELPDESK_DATA": "/dev/null/data"},
            (
                "Error: The data folder /dev/null/data cannot be used (Not a directory): "
                "make it writable, or set HELPDESK_DATA to a folder that is.\n"
            ),
        ),
    ],
)
def test_what_keeps_it_from_starting_is_one_line(folder, environ, sentence):
    said = run(folder, **environ)

    assert (said.returncode, said.stdout, said.stderr) == (1, "", sentence)


def test_what_never_starts_ends_the_desk(folder, server):
    broken = folder / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import sys\nif 'gunicorn' in sys.orig_argv: raise SystemExit('no web today')\n"
    )
    server.create_database("unstartable")

    said = run(folder, DATABASE_URL=server.url("unstartable"), PYTHONPATH=str(broken))

    assert said.returncode == 1
    assert said.stderr.splitlines()[-1] == "Error: The web server does not start: it says why above."
    assert said.stderr.count("no web today") == 3
    server.drop_database("unstartable")


def test_a_worker_without_a_database_of_its_own_is_told_so(folder, server):
    said = run(folder, "worker", DATABASE_URL=server.url("atlantis"))

    assert (said.returncode, said.stderr) == (
        1,
        f"Error: PostgreSQL at {server.socket_dir} has no database atlantis: create it, or correct DATABASE_URL.\n",
    )


def test_any_web_server_can_serve_the_desk_on_a_database_of_its_own(folder, server):
    program = "import wsgi; print(wsgi.app.test_client().get('/healthz').status_code)"
    environ = desks.environment(folder, 1)
    command = [sys.executable, "-c", program]

    without = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    url = server.url("template_desk")
    given = subprocess.run(
        command, env=environ | {"DATABASE_URL": url}, capture_output=True, text=True, check=False
    )

    assert (without.returncode, without.stderr.count("\n")) == (1, 1)
    assert without.stderr.startswith(
        "Error: DATABASE_URL is not set: wsgi.py serves a PostgreSQL of your own."
    )
    assert (given.returncode, given.stdout) == (0, "200\n"), given.stderr
