"""Whether a connection that rested in the pool still leads to the database: its socket mostly tells, without a trip."""

import select
import time
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

TRUSTED = 10.0
"""Seconds for which a silent socket is believed. A server that ends says so on it; a cut line says nothing."""
_RESTS_SINCE = "helpdesk.rests_since"


def look_before_use(engine: Engine) -> None:
    """Replace a connection that is dead, and all others of the pool with it. Most requests pay no round trip for it,
    as they would with `pool_pre_ping`.
    """

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, record: Any) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get(_RESTS_SINCE)
        if since is None:  # it was opened for this request
            return
        if time.monotonic() - since < TRUSTED and is_silent(connection):
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError from error


def is_silent(connection: "psycopg.Connection[Any]") -> bool:
    """Nothing has arrived that nobody asked for, as a server's last word or the end of the line would be."""
    if connection.closed:
        return False
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    return not socket.poll(0)
