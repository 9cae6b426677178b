"""`helpdesk db …` moves the tables by hand."""

import pytest
from click.testing import CliRunner

from helpdesk.cli import main
from helpdesk.database.migrations import head


@pytest.fixture
def run(empty_url, tmp_path):
    """Commands against an empty database of its own."""
    environ = {"DATABASE_URL": empty_url, "HELPDESK_DATA": str(tmp_path)}
    return lambda *arguments, **options: CliRunner().invoke(main, ["db", *arguments], env=environ, **options)


def test_up_and_down(run):
    assert run("current").output == f"base (newest: {head()})\n"
    assert run("upgrade").output == f"The database is at revision {head()}.\n"
    assert run("current").output == f"{head()} (newest: {head()})\n"
    assert run("downgrade", "base", "--yes").output == "The database is at revision base.\n"


def test_going_down_asks_first(run):
    run("upgrade")

    assert run("downgrade", "base", input="n\n").exit_code == 1
    assert run("current").output == f"{head()} (newest: {head()})\n"


def test_psql_gets_the_address_without_the_password_in_sight(run, capfd):
    done = run("psql", "-Atc", "SELECT current_user, current_database() LIKE 'spare_%'")

    assert done.exit_code == 0
    assert capfd.readouterr().out == "helpdesk|t\n"


def test_psql_hands_its_exit_code_on(run, capfd):
    assert run("psql", "-c", "SELECT 1 / 0").exit_code == 1
    assert "division by zero" in capfd.readouterr().err
