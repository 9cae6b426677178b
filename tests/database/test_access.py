"""Commands find a database that answers, and leave the house as they found it."""

import psycopg
import pytest

from helpdesk.config import Config
from helpdesk.database.access import held, is_held, opened, prepared
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.problems import DatabaseProblem
from helpdesk.database.roles import OWNER, missing_statements
from tests.support.folders import open_folder


def test_an_embedded_server_runs_as_long_as_it_is_needed():
    with open_folder() as folder:
        with (
            opened(Config(data_dir=folder), migrated=False) as config,
            psycopg.connect(config.database_url) as desk,
        ):
            assert desk.execute("SELECT current_user").fetchone() == ("helpdesk",)

        assert EmbeddedServer(folder).is_running() is False


def test_a_running_one_is_left_running():
    with open_folder() as folder:
        server = EmbeddedServer(folder, for_tests=True)
        server.start()

        with opened(Config(data_dir=folder), migrated=False):
            pass

        assert server.is_running() is True
        server.remove()


def test_it_is_not_stopped_under_a_desk_that_started_meanwhile():
    with open_folder() as folder:
        server = EmbeddedServer(folder, for_tests=True)
        with held(folder), opened(Config(data_dir=folder), migrated=False):
            pass

        assert server.is_running() is True
        server.remove()


def test_a_server_of_the_users_own_is_checked_and_migrated(empty_url):
    with opened(Config(database_url=empty_url)) as config:
        assert config.database_url == empty_url

    with psycopg.connect(empty_url) as connection:
        connection.execute(f"SET ROLE {OWNER}")
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_with_a_separate_owner_the_serving_login_cannot_own(server, empty_url):
    with psycopg.connect(server.superuser_url("postgres"), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS server_login")
        connection.execute("CREATE ROLE server_login LOGIN NOINHERIT PASSWORD 'x'")
        connection.execute(
            "GRANT helpdesk_auth, helpdesk_app, helpdesk_customer, helpdesk_analytics TO server_login"
            " WITH INHERIT FALSE, SET TRUE"
        )
    serving = empty_url.replace(f"helpdesk:{server._password('helpdesk')}", "server_login:x")

    prepared(Config(database_url=serving, owner_database_url=empty_url))

    with psycopg.connect(serving) as connection:
        assert len(missing_statements(connection)) == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SET ROLE {OWNER}")


def test_without_any_database_the_way_out_is_named():
    with pytest.raises(DatabaseProblem, match="DATABASE_URL is not set"):
        prepared(Config())


def test_one_desk_a_folder(tmp_path):
    with held(tmp_path):
        assert is_held(tmp_path) is True
        with (
            pytest.raises(DatabaseProblem, match=f"Helpdesk already runs in {tmp_path}: stop it first"),
            held(tmp_path),
        ):
            pass

    assert is_held(tmp_path) is False
