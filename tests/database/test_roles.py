"""The five roles: made where they may be, needed from nobody where they are, told to the DBA otherwise."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from helpdesk.config import Config
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.problems import DatabaseProblem
from helpdesk.database.roles import ROLES, ensure_roles, missing_statements, owner_connection
from tests.support.folders import open_folder


@pytest.fixture(scope="module")
def bare():
    """A server without any role of ours, and logins of different rights."""
    with open_folder() as folder:
        server = EmbeddedServer(folder, for_tests=True)
        server.start()
        yield server
        server.remove()


@pytest.fixture
def login(bare):
    """A fresh database that belongs to a fresh login, and a cluster without our roles: `login("CREATEROLE")`."""

    def make(rights):
        with psycopg.connect(bare.superuser_url("postgres"), autocommit=True) as connection:
            for statement in (
                "DROP DATABASE IF EXISTS desk WITH (FORCE)",
                "DROP DATABASE IF EXISTS helpdesk",
            ):
                connection.execute(statement)
            for role in ("stranger", *ROLES):
                for line in ("DROP OWNED BY {}", "DROP ROLE {}"):
                    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount:
                        connection.execute(sql.SQL(line).format(sql.Identifier(role)))
            connection.execute(f"CREATE ROLE stranger LOGIN {rights} PASSWORD 'stranger'")
            connection.execute("CREATE DATABASE desk OWNER stranger")
        return (
            bare.url("desk").replace("helpdesk:", "stranger:").replace(bare._password("helpdesk"), "stranger")
        )

    return make


def may_act_as_all(url):
    with psycopg.connect(url) as connection:
        for role in ROLES:
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
            connection.execute("RESET ROLE")
        return missing_statements(connection) == []


@pytest.mark.parametrize("rights", ["SUPERUSER", "CREATEROLE", "CREATEROLE NOINHERIT"])
def test_a_login_that_may_makes_the_roles_once(login, rights):
    url = login(rights)

    ensure_roles(url)
    ensure_roles(url)

    assert may_act_as_all(url)


def test_nodes_that_start_together_make_them_once(login):
    url = login("SUPERUSER")

    with ThreadPoolExecutor() as pool:
        list(pool.map(ensure_roles, [url] * 6))

    assert may_act_as_all(url)


def test_rights_come_with_acting_as_a_role_only(login):
    url = login("CREATEROLE")
    ensure_roles(url)

    with psycopg.connect(url) as connection:
        inherits = "SELECT pg_has_role('stranger', role, 'USAGE') FROM unnest(%s::text[]) AS role"
        assert connection.execute(inherits, [list(ROLES)]).fetchall() == [(False,)] * 5


def test_a_login_that_may_not_gets_the_sql_for_the_dba(login):
    url = login("")

    with pytest.raises(DatabaseProblem) as refusal:
        ensure_roles(url)

    sentence, *statements = str(refusal.value).splitlines()
    assert sentence == ("The login stranger may not prepare database desk; have somebody who may run there:")
    assert statements[0] == '  CREATE ROLE "helpdesk_owner" NOLOGIN;'


def test_what_the_dba_was_given_is_enough(login, bare):
    url = login("")
    with pytest.raises(DatabaseProblem) as refusal:
        ensure_roles(url)
    script = "\n".join(str(refusal.value).splitlines()[1:])

    with psycopg.connect(bare.superuser_url("desk"), autocommit=True) as connection:
        connection.execute(script)

    ensure_roles(url)
    assert may_act_as_all(url)


def test_nobody_but_the_owner_makes_tables(login):
    url = login("CREATEROLE")
    ensure_roles(url)

    with psycopg.connect(url, autocommit=True) as connection:
        for role in ROLES:
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
            if role == "helpdesk_owner":
                connection.execute("CREATE TABLE mine (x int)")
                connection.execute("CREATE EXTENSION pg_trgm")
            else:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute("CREATE TABLE not_mine (x int)")


def test_an_open_schema_of_an_old_database_is_closed(login):
    url = login("SUPERUSER")
    with psycopg.connect(url) as connection:
        connection.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")

    ensure_roles(url)

    with psycopg.connect(url) as connection:
        assert missing_statements(connection) == []


def test_the_owners_connection_acts_as_owner_without_a_limit_of_time(desk_url):
    config = Config(database_url=desk_url, statement_timeout_seconds=1)

    with owner_connection(config) as connection:
        asked = text("SELECT current_user, session_user, current_setting('statement_timeout')")
        assert connection.execute(asked).one() == ("helpdesk_owner", "helpdesk", "0")


def test_a_separate_login_of_the_owner_is_used_where_given(desk_url):
    config = Config(database_url="postgresql://nobody@127.0.0.1:1/none", owner_database_url=desk_url)

    with owner_connection(config) as connection:
        assert connection.execute(text("SELECT current_user")).scalar_one() == "helpdesk_owner"
