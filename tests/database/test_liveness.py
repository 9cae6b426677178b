"""Connections that rested: a dead one is replaced before anybody notices, and a good one costs no round trip."""

import psycopg
import pytest
from sqlalchemy import create_engine, text

from helpdesk.database import liveness
from helpdesk.database.connections import sqlalchemy_url
from helpdesk.database.liveness import look_before_use

MINE = text("select pg_backend_pid()")


@pytest.fixture
def engine(desk_url):
    made = create_engine(sqlalchemy_url(desk_url), pool_size=1, max_overflow=0)
    look_before_use(made)
    yield made
    made.dispose()


@pytest.fixture
def pings(engine, monkeypatch):
    counted, ping = [], engine.dialect.do_ping
    monkeypatch.setattr(engine.dialect, "do_ping", lambda given: counted.append(given) or ping(given))
    return counted


def whose(engine):
    with engine.connect() as connection:
        return connection.scalar(MINE)


def end(desk_url, backend):
    with psycopg.connect(desk_url, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", (backend,))


def test_a_connection_that_has_just_been_used_is_taken_without_asking(engine, pings):
    assert whose(engine) == whose(engine)
    assert pings == []


def test_one_whose_server_ended_is_replaced(engine, desk_url):
    ended = whose(engine)

    end(desk_url, ended)

    assert whose(engine) != ended


def test_one_that_was_closed_here_is_replaced(engine):
    with engine.connect() as connection:
        before = connection.scalar(MINE)
        lost = connection.connection.driver_connection
    lost.close()

    assert whose(engine) != before


def test_one_that_rested_long_is_asked(engine, pings, monkeypatch):
    before = whose(engine)
    monkeypatch.setattr(liveness, "TRUSTED", 0.0)

    assert whose(engine) == before
    assert len(pings) == 1
