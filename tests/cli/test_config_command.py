"""`helpdesk config` shows what is in force, keeps secrets and changes nothing."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from helpdesk.cli import main
from helpdesk.cli.config import table
from helpdesk.database.embedded import EmbeddedServer
from tests.support.folders import open_folder


@pytest.fixture
def run(monkeypatch):
    def invoke(*arguments, **environ):
        monkeypatch.delenv("DATABASE_URL", raising=False)
        return CliRunner().invoke(main, arguments, env=environ)

    return invoke


def test_values_are_shown_and_secrets_masked(run, tmp_path):
    shown = run(
        "config",
        HELPDESK_DATA=str(tmp_path / "data"),
        HELPDESK_PORT="8123",
        DATABASE_URL="postgresql://a:hunter2@localhost/x",
    ).output

    lines = dict(line.split("=", 1) for line in shown.splitlines())
    assert (lines["HELPDESK_PORT"], lines["DATABASE_URL"], lines["HELPDESK_JIT"]) == (
        "8123",
        "********",
        "off",
    )
    assert "hunter2" not in shown
    assert not (tmp_path / "data").exists()


def test_the_place_of_the_embedded_database_is_said(run):
    with open_folder() as folder:
        before = run("config", HELPDESK_DATA=str(folder)).output.splitlines()[-1]
        server = EmbeddedServer(folder, for_tests=True)
        server.start()
        during = run("config", HELPDESK_DATA=str(folder)).output.splitlines()[-1]
        server.remove()

    assert before == "# embedded PostgreSQL: made at the first start"
    assert during == f"# embedded PostgreSQL: {server.home}, as user {server.account.name}, running"


def test_what_is_wrong_is_one_line_and_exit_code_1(run):
    done = run("config", HELPDESK_PORT="eighty")

    assert (done.exit_code, done.output) == (
        1,
        "Error: HELPDESK_PORT must be a whole number from 1 to 65535 (it is 'eighty').\n",
    )


def test_the_documentation_has_the_table_of_the_program(run):
    documentation = Path(__file__).parents[2] / "docs" / "configuration.md"

    assert run("config", "--reference").output == table()
    assert table() in documentation.read_text(), "run `helpdesk config --reference` and paste it there"


def test_an_unknown_command_is_named(run):
    assert "No such command 'rum'" in run("rum").output
