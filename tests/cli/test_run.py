"""`helpdesk run` as a person meets it: it starts, recovers from every kill, and leaves nothing behind."""

import re
import signal
import socket

import psutil
import pytest

from helpdesk.database.embedded import EmbeddedServer
from tests.support.folders import open_folder
from tests.support.processes import eventually
from tests.support.running_desk import PATIENCE, RunningDesk
from tests.support.tally import tally


@pytest.fixture
def folder():
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def desk():
    """One desk for all that only kill it."""
    with open_folder() as folder:
        desk = RunningDesk(folder, HELPDESK_WEB_WORKERS="1")
        desk.start()
        desk.wait_until_ready()
        yield desk
        desk.remove()


@pytest.fixture
def unstarted(folder):
    """`unstarted(NAME="value")`: a desk that was never started, in a surrounding of its own."""
    made = []

    def make(**environment):
        made.append(RunningDesk(folder, **environment))
        return made[-1]

    yield make
    for desk in made:
        desk.remove()


def alive(processes):
    return [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def test_a_fresh_desk_says_where_it_is_and_how_to_get_in(desk):
    assert eventually(lambda: "/setup/" in desk.said(), within=PATIENCE)

    ready, way_in = desk.said().splitlines()[:2]
    found = re.fullmatch(rf"Set it up here \(the link works once\): {desk.url}(/setup/[\w-]{{22,}})", way_in)
    assert ready == f"Helpdesk is ready: {desk.url}"
    assert desk.answers(found[1])


def test_a_second_start_in_the_same_folder_is_refused(desk):
    second = desk.attempt("run")

    assert (second.returncode, second.stdout, second.stderr) == (
        1,
        "",
        (
            f"Error: Helpdesk already runs in {desk.folder}/data: stop it first, "
            "or set HELPDESK_DATA to another folder.\n"
        ),
    )
    assert desk.answers("/readyz")


@pytest.mark.parametrize("part", ["web", "worker", "postgres"])
def test_a_part_that_is_killed_comes_back(desk, part):
    before = desk.processes(part)

    desk.kill(part)

    assert eventually(lambda: not alive(before))
    assert eventually(lambda: desk.processes(part) and desk.answers("/readyz"), within=PATIENCE)
    tally("kills of one part")


def test_after_a_kill_of_the_parent_only_postgresql_stays_and_is_adopted(desk):
    postmaster = desk.processes("postgres")
    others = [each for each in desk.processes("all") if each not in postmaster]

    desk.process.kill()
    desk.process.wait()

    assert eventually(lambda: not alive(others))
    desk.start()
    desk.wait_until_ready()
    assert desk.processes("postgres") == postmaster
    tally("kills of the parent")


def test_after_a_kill_of_everything_the_next_start_recovers(desk):
    before = desk.processes("all")

    desk.kill("all")

    assert eventually(lambda: not alive(before))
    desk.start()
    desk.wait_until_ready()
    tally("kills of everything")


def test_ctrl_c_ends_everything_in_order(desk):
    everything = desk.processes("all")

    assert desk.stop(signal.SIGINT) == 0

    assert desk.said().splitlines()[-1] == "Stopped."
    assert eventually(lambda: not alive(everything))
    assert not desk.answers("/healthz")


def test_a_signal_while_starting_leaves_nothing(unstarted):
    desk = unstarted()
    desk.start()
    assert eventually(lambda: desk.processes("postgres"), within=PATIENCE)
    everything = desk.processes("all")

    assert desk.stop() == 0

    assert desk.said().splitlines()[-1] == "Stopped."
    assert not alive(everything)


def test_a_taken_port_is_said_before_anything_starts(unstarted):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        desk = unstarted(HELPDESK_PORT=str(port))
        said = desk.attempt("run")

    assert (said.returncode, said.stdout, said.stderr) == (
        1,
        "",
        (
            f"Error: Port {port} of 127.0.0.1 is taken by another program: "
            "stop that one, or set HELPDESK_PORT to a free port.\n"
        ),
    )
    assert EmbeddedServer(desk.folder / "data").home.exists() is False


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
def test_what_keeps_it_from_starting_is_one_line(unstarted, environ, sentence):
    said = unstarted(**environ).attempt("run")

    assert (said.returncode, said.stdout, said.stderr) == (1, "", sentence)


def test_what_never_starts_ends_the_desk(unstarted, folder, empty_url):
    broken = folder / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import sys\nif 'gunicorn' in sys.orig_argv: raise SystemExit('no web today')\n"
    )

    said = unstarted(DATABASE_URL=empty_url, PYTHONPATH=str(broken)).attempt("run")

    assert said.returncode == 1
    assert said.stderr.splitlines()[-1] == "Error: The web server does not start: it says why above."
    assert said.stderr.count("The web server ended (exit code 1)") == 3
