"""A desk on a PostgreSQL of somebody else: a fresh login and database, the cast in it."""

import psycopg
from flask import Flask

from helpdesk.app import create_app
from helpdesk.config import Config
from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.access import prepared
from helpdesk.database.roles import ROLES
from tests.support import cast
from tests.support.debians_postgresql import Peer


def start_afresh(peer: Peer, rights: str) -> str:
    """The URL of a login `desk` with these rights, on an empty database of its own."""
    peer.execute("DROP DATABASE IF EXISTS desk WITH (FORCE)")
    for role in (*ROLES, "desk"):
        with psycopg.connect(peer.url(), autocommit=True) as connection:
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount:
                connection.execute(f"DROP OWNED BY {role}")
                connection.execute(f"DROP ROLE {role}")
    peer.execute(f"CREATE ROLE desk LOGIN {rights} PASSWORD 'desk'", "CREATE DATABASE desk OWNER desk")
    return peer.url(user="desk", password="desk", database="desk")


def desk_of(environ: dict[str, str]) -> Flask:
    """Checked and migrated as at a start, with the cast."""
    config = prepared(Config.from_environ({"HELPDESK_SECRET_KEY": "t" + "0123456789abcdef" * 4, **environ}))
    app = create_app(config)
    app.testing = True
    with app.app_context(), current.entering(Via.CLI), unit_of_work():
        cast.assemble()
    return app
