"""How the desk connects: the address for each purpose, what a connection is told at its start and each role in it."""

import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL, Engine, event

from helpdesk.config import Config, ConfigError, database_url_in
from helpdesk.core.current import DatabaseRole
from helpdesk.core.row_security import SETTINGS

REFUSED = "password authentication failed"
PARALLEL = "max_parallel_workers_per_gather"
PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6)  # seconds between the server's new password and the file's


def address(config: Config) -> str:
    """The libpq URL of pages and jobs, read anew where a file holds it."""
    return _now(config.database_url, config.database_url_file)


def direct_address(config: Config) -> str:
    """Past a pooler: for what listens, holds locks of its session, or sets parameters at its start."""
    if config.is_pooled:
        return _now(config.direct_database_url, config.direct_database_url_file)
    return address(config)


def owner_address(config: Config) -> str:
    """For migrations and upkeep; never through a pooler."""
    if config.owner_database_url:
        return _now(config.owner_database_url, config.owner_database_url_file)
    return direct_address(config)


def _now(at_start: str | None, path: Path | None) -> str:
    if path is not None:
        return database_url_in(path)
    if at_start is None:
        raise ConfigError("DATABASE_URL is not set: give the address of a PostgreSQL, or use `helpdesk run`.")
    return at_start


def sqlalchemy_url(url: str) -> str:
    """A libpq URL (sockets, several hosts, TLS options included) as SQLAlchemy's psycopg dialect takes it."""
    parts = _parts(url)
    return URL.create(
        "postgresql+psycopg",
        username=parts.pop("user", None),
        password=parts.pop("password", None),
        database=parts.pop("dbname", None),
        query=parts,
    ).render_as_string(hide_password=False)


def engine_options(config: Config) -> dict[str, Any]:
    """What `create_engine` gets: the pool, what connections start with, and the settings of each role."""
    return {
        "pool_size": config.pool_size,
        "max_overflow": config.pool_max_overflow,
        "pool_recycle": config.pool_recycle_seconds,
        "hide_parameters": True,  # what people wrote stays out of logs
        "connect_args": {"application_name": "helpdesk", **_start(config)},
        "execution_options": {SETTINGS: settings_of_roles(config)},
    }


def _start(config: Config) -> dict[str, Any]:
    """A pooler refuses start-up parameters, and a prepared statement is not on the connection it lends next."""
    if config.is_pooled:
        return {"prepare_threshold": None}
    limits = _limits(config, config.statement_timeout_seconds)
    return {"options": session_options(config, **_planning(config), **limits)}


def session_options(config: Config, **parameters: str) -> str:
    """PostgreSQL parameters for the start of a connection; those in `DATABASE_URL` come last and win."""
    ours = " ".join(f"-c {name}={value}" for name, value in {"TimeZone": "UTC", **parameters}.items())
    theirs = conninfo_to_dict(config.database_url or "").get("options")
    return f"{ours} {theirs}" if theirs else ours


def settings_of_roles(config: Config) -> Mapping[str, str]:
    """Role → what it is told at the start of each of its transactions, as JSON. The login of all roles is one: limits
    that hang on the role cannot hang on the login.
    """
    seconds = {
        DatabaseRole.OWNER: 0,
        DatabaseRole.APP: config.statement_timeout_seconds,
        DatabaseRole.AUTH: config.customer_statement_timeout_seconds,
        DatabaseRole.CUSTOMER: config.customer_statement_timeout_seconds,
        DatabaseRole.ANALYTICS: config.statistics_statement_timeout_seconds,
    }
    # without a pooler these are set once, when the connection starts
    once = {"TimeZone": "UTC", **_planning(config)} if config.is_pooled else {}
    theirs = set(
        re.findall(r"(?:-c *|--)(\w+) *=", str(conninfo_to_dict(config.database_url or "").get("options")))
    )
    told = {role: {**once, **_limits(config, longest)} for role, longest in seconds.items()}
    told[DatabaseRole.ANALYTICS][PARALLEL] = "2"  # as PostgreSQL has it
    return {
        role.value: json.dumps({name: value for name, value in each.items() if name not in theirs})
        for role, each in told.items()
    }


def _limits(config: Config, longest: int) -> dict[str, str]:
    return {
        "statement_timeout": f"{longest}s",
        "lock_timeout": f"{config.lock_timeout_seconds}s",
        "idle_in_transaction_session_timeout": f"{config.idle_timeout_seconds}s",
    }


def _planning(config: Config) -> dict[str, str]:
    """A page waits for few rows: to start parallel workers takes as long as they save, and others wait for the cores.
    Statistics may have them.
    """
    return {"jit": "on" if config.jit else "off", PARALLEL: "0"}


def follow_the_file(engine: Engine, config: Config) -> None:
    """Let each new connection of the engine use what the file of the address holds then."""
    if config.database_url_file is None:
        return
    at_start = _parts(config.database_url or "")

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _record: object, arguments: Any, parameters: dict[str, Any]) -> Any:
        kept = {name: value for name, value in parameters.items() if name not in at_start}
        for pause in (*PAUSES, None):
            try:
                return dialect.connect(*arguments, **kept, **_parts(_address_to_connect(config)))
            except psycopg.OperationalError as error:
                if pause is None or REFUSED not in str(error):
                    raise
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")


def _address_to_connect(config: Config) -> str:
    try:
        return address(config)
    except ConfigError as problem:  # to a page, a file that is gone is a database that is gone
        raise psycopg.OperationalError(str(problem)) from problem


def _parts(url: str) -> dict[str, str]:
    return {name: str(value) for name, value in conninfo_to_dict(url).items() if name != "options"}
