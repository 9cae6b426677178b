"""Parts of a desk started one by one: the worker, any web server, the way in."""

import runpy

import pytest
from click.testing import CliRunner

from helpdesk.cli import main


@pytest.fixture
def surroundings(monkeypatch, tmp_path):
    """`surroundings(DATABASE_URL=…)`: the environment of the next program."""

    def be(**environment):
        monkeypatch.delenv("DATABASE_URL", raising=False)
        for name, value in {"HELPDESK_DATA": str(tmp_path / "data"), **environment}.items():
            monkeypatch.setenv(name, value)

    return be


def test_a_worker_is_told_what_is_wrong_with_its_database(server, surroundings):
    surroundings(DATABASE_URL=server.url("atlantis"))

    said = CliRunner().invoke(main, ["worker"])

    assert (said.exit_code, said.output) == (
        1,
        (
            f"Error: PostgreSQL at {server.socket_dir} has no database atlantis: "
            "create it, or correct DATABASE_URL.\n"
        ),
    )


def test_any_web_server_can_serve_the_desk(desk_url, surroundings):
    surroundings(DATABASE_URL=desk_url)

    app = runpy.run_path("wsgi.py")["app"]

    assert app.test_client().get("/healthz").status_code == 200


def test_but_not_without_a_database_of_its_own(surroundings):
    surroundings()

    with pytest.raises(SystemExit) as refusal:
        runpy.run_path("wsgi.py")

    assert refusal.value.code == (
        "Error: DATABASE_URL is not set: wsgi.py serves a PostgreSQL of your own. "
        "For the embedded one use `helpdesk run`, which brings its own web server."
    )


def test_a_lost_setup_link_is_replaced_until_somebody_has_set_the_desk_up(empty_url, desk_url, surroundings):
    surroundings(DATABASE_URL=empty_url, HELPDESK_BASE_URL="https://help.example.com")
    links = [CliRunner().invoke(main, ["setup-link"]).output for _ in range(2)]

    assert links[0] != links[1]
    assert [link.startswith("https://help.example.com/setup/") for link in links] == [True, True]

    surroundings(DATABASE_URL=desk_url)
    assert CliRunner().invoke(main, ["setup-link"]).output == (
        "Error: This desk is set up: sign in, or ask an administrator to invite you.\n"
    )
