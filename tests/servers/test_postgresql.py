"""The oldest PostgreSQL Debian brings: roles, migrations and TLS against a server that is not ours."""

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from helpdesk.config import Config
from helpdesk.database import migrations
from helpdesk.database.access import prepared
from helpdesk.database.connections import engine_options, sqlalchemy_url
from helpdesk.database.problems import DatabaseProblem
from helpdesk.database.roles import ROLES, ensure_roles, missing_statements, owner_connection
from helpdesk.database.server import check_server
from tests.support import debians_postgresql
from tests.support.desks_elsewhere import start_afresh
from tests.support.tally import tally

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def peer():
    with debians_postgresql.running() as peer:
        yield peer


@pytest.fixture
def desk(peer):
    """`desk("CREATEROLE")`: the URL of a fresh login with these rights, on a fresh database of its own."""

    def make(rights):
        return start_afresh(peer, rights)

    return make


@pytest.mark.parametrize("rights", ["SUPERUSER", "CREATEROLE", "CREATEROLE NOINHERIT"])
def test_a_desk_is_prepared_migrated_and_taken_down(desk, rights):
    config = Config(database_url=desk(rights))

    prepared(prepared(config))

    with owner_connection(config) as connection:
        assert migrations.is_at_head(connection)
    migrations.downgrade(config, "base")
    assert migrations.current(config) is None
    tally("ways to prepare a server")


def test_before_postgresql_16_the_login_stops_inheriting(desk):
    url = desk("CREATEROLE INHERIT")

    ensure_roles(url)

    with psycopg.connect(url) as connection:
        inherits = "SELECT pg_has_role(role, 'USAGE') FROM unnest(%s::text[]) AS role"
        assert connection.execute(inherits, [list(ROLES)]).fetchall() == [(False,)] * 5


def test_what_the_dba_is_told_is_enough(desk, peer):
    url = desk("")
    with pytest.raises(DatabaseProblem) as refusal:
        ensure_roles(url)

    peer.execute("\n".join(str(refusal.value).splitlines()[1:]), database="desk")

    ensure_roles(url)
    with psycopg.connect(url) as connection:
        assert missing_statements(connection) == []


class TestTls:
    def test_a_server_proven_by_its_authority_is_talked_to_in_secret(self, peer):
        url = peer.url(sslmode="verify-full", sslrootcert=str(peer.authority))
        check_server(url)

        with create_engine(
            sqlalchemy_url(url), **engine_options(Config(database_url=url))
        ).connect() as connection:
            asked = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            assert connection.execute(asked).scalar_one() is True

    @pytest.mark.parametrize("case", ["another authority", "no authority", "another host"])
    def test_one_that_cannot_prove_itself_is_not(self, peer, tmp_path, case):
        """Neither by the check at the start nor by the pool of a running desk."""
        (tmp_path / "empty.pem").touch()
        authority = {
            "another authority": debians_postgresql.another_authority(tmp_path),
            "no authority": tmp_path / "empty.pem",
            "another host": peer.authority,
        }[case]
        url = peer.url(sslmode="verify-full", sslrootcert=str(authority))
        if case == "another host":  # its certificate is for the name, not for the address
            url = url.replace("@localhost:", "@127.0.0.1:")

        with pytest.raises(DatabaseProblem, match="cannot be reached over TLS as DATABASE_URL asks"):
            check_server(url)
        engine = create_engine(sqlalchemy_url(url), **engine_options(Config(database_url=url)))
        with pytest.raises(OperationalError):
            engine.connect()
        tally("servers of another's certificate refused")


def test_a_wrong_password_is_told_apart(peer):
    with pytest.raises(DatabaseProblem, match="refuses user postgres: check the user and password"):
        check_server(peer.url(password="wrong"))
