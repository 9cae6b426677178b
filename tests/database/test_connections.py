"""Addresses, what a connection starts with, and the limits each role is told in its transactions."""

import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from helpdesk.config import Config, ConfigError
from helpdesk.core import current
from helpdesk.core.current import DatabaseRole, Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.connections import (
    address,
    direct_address,
    engine_options,
    owner_address,
    settings_of_roles,
)

LIMITS = text(
    "select current_setting('statement_timeout'), current_setting('lock_timeout'),"
    " current_setting('idle_in_transaction_session_timeout')"
)
URL = "postgresql://a:b@h/desk"


def test_a_connection_starts_with_limits_and_the_url_has_the_last_word():
    config = Config(
        database_url=f"{URL}?options=-c%20statement_timeout%3D1",
        statement_timeout_seconds=7,
        pool_size=3,
        pool_max_overflow=4,
        pool_recycle_seconds=60,
    )

    options = engine_options(config)
    told = options.pop("execution_options")["settings_of_roles"]

    assert options == {
        "pool_size": 3,
        "max_overflow": 4,
        "pool_recycle": 60,
        "hide_parameters": True,
        "connect_args": {
            "application_name": "helpdesk",
            "options": "-c TimeZone=UTC -c jit=off -c max_parallel_workers_per_gather=0 "
            "-c statement_timeout=7s -c lock_timeout=10s -c idle_in_transaction_session_timeout=300s "
            "-c statement_timeout=1",
        },
    }
    assert '"max_parallel_workers_per_gather": "2"' in told["helpdesk_analytics"]
    assert told["helpdesk_app"] == '{"lock_timeout": "10s", "idle_in_transaction_session_timeout": "300s"}'


def test_through_a_pooler_nothing_is_sent_at_the_start_and_nothing_is_prepared():
    config = Config(database_url=URL, direct_database_url="postgresql://a:b@server/desk")

    assert engine_options(config)["connect_args"] == {
        "application_name": "helpdesk",
        "prepare_threshold": None,
    }
    assert settings_of_roles(config)["helpdesk_customer"] == (
        '{"TimeZone": "UTC", "jit": "off", "max_parallel_workers_per_gather": "0",'
        ' "statement_timeout": "10s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "300s"}'
    )


def test_each_purpose_has_its_address():
    plain = Config(database_url=URL)
    pooled = Config(database_url=URL, direct_database_url="postgresql://direct/d")
    hardened = Config(
        database_url=URL,
        direct_database_url="postgresql://direct/d",
        owner_database_url="postgresql://owner/d",
    )

    found = [(address(each), direct_address(each), owner_address(each)) for each in (plain, pooled, hardened)]

    assert found == [
        (URL, URL, URL),
        (URL, "postgresql://direct/d", "postgresql://direct/d"),
        (URL, "postgresql://direct/d", "postgresql://owner/d"),
    ]


class TestFiles:
    @pytest.fixture
    def path(self, tmp_path):
        path = tmp_path / "url"
        path.write_text(f"{URL}\n")
        return path

    def read(self, tmp_path, **environ):
        return Config.from_environ({"HELPDESK_DATA": str(tmp_path), **environ})

    def test_a_file_is_read_at_the_start_and_again_whenever_it_is_asked(self, path, tmp_path):
        config = self.read(tmp_path, DATABASE_URL_FILE=str(path))

        path.write_text("postgres://a:changed@h/desk")

        assert (config.database_url, config.is_embedded) == (URL, False)
        assert (
            address(config)
            == direct_address(config)
            == owner_address(config)
            == "postgresql://a:changed@h/desk"
        )

    def test_both_at_once_are_one_too_many(self, path, tmp_path):
        with pytest.raises(
            ConfigError, match="DATABASE_URL and DATABASE_URL_FILE are both set: leave one away"
        ):
            self.read(tmp_path, DATABASE_URL=URL, DATABASE_URL_FILE=str(path))

    def test_a_file_that_is_not_there_is_named(self, tmp_path):
        with pytest.raises(
            ConfigError, match=r"none with the address of the database cannot be read \(No such file"
        ):
            self.read(tmp_path, HELPDESK_OWNER_DATABASE_URL_FILE=str(tmp_path / "none"))

    def test_what_is_no_address_is_not_repeated(self, path, tmp_path):
        path.write_text("mysql://a:secret@h/desk")

        with pytest.raises(ConfigError, match="must look like postgresql://") as problem:
            self.read(tmp_path, DATABASE_URL_FILE=str(path))
        assert "secret" not in str(problem.value)


class TestRoles:
    @pytest.mark.parametrize(
        "role, limits",
        [
            ("OWNER", ("0", "10s", "5min")),
            ("APP", ("30s", "10s", "5min")),
            ("AUTH", ("10s", "10s", "5min")),
            ("CUSTOMER", ("10s", "10s", "5min")),
            ("ANALYTICS", ("45s", "10s", "5min")),
        ],
    )
    def test_each_role_has_its_limits(self, app, transaction, role, limits):
        with app.app_context(), current.entering(Via.WEB, role=DatabaseRole[role]):
            assert tuple(db.session.execute(LIMITS).one()) == limits

    def test_what_a_customer_asks_for_ends_in_time_and_their_limit_with_them(self, server, own_app):
        database = own_app.config["SQLALCHEMY_ENGINE_OPTIONS"]["execution_options"]["settings_of_roles"]
        database["helpdesk_customer"] = '{"statement_timeout": "100ms"}'
        asked = text("select pg_sleep(20)")
        started = time.monotonic()

        with own_app.app_context():
            engine = db.engine.execution_options(settings_of_roles=database)
            db.engines[None] = engine
            with (
                current.entering(Via.WEB, role=DatabaseRole.CUSTOMER, user_id=1),
                pytest.raises(OperationalError, match="statement timeout"),
                unit_of_work(),
            ):
                db.session.execute(asked)
            with current.entering(Via.WEB, role=DatabaseRole.APP), unit_of_work():
                assert db.session.execute(LIMITS).one()[0] == "30s"

        assert time.monotonic() - started < 15
