"""A server that cannot be used is told apart, each in one line."""

import socket

import psycopg
import pytest

from helpdesk.database.problems import DatabaseProblem
from helpdesk.database.server import check_server, explain


def test_a_good_server_is_silent(server):
    assert check_server(server.url()) is None


def test_a_wrong_password(server):
    url = server.url().replace(server._password("helpdesk"), "hunter2")

    assert refusal(url) == (
        f"PostgreSQL at {server.socket_dir} refuses user helpdesk: check the user and password in DATABASE_URL."
    )


def test_a_missing_database(server):
    assert refusal(server.url("atlantis")) == (
        f"PostgreSQL at {server.socket_dir} has no database atlantis: create it, or correct DATABASE_URL."
    )


def test_nobody_listens():
    assert refusal("postgresql://a:b@127.0.0.1:1/desk") == (
        "PostgreSQL at 127.0.0.1:1 does not answer (Connection refused): start it, or correct DATABASE_URL."
    )


def test_somebody_else_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        sentence = refusal(f"postgresql://a:b@127.0.0.1:{port}/desk?connect_timeout=2")

    assert sentence == (
        f"PostgreSQL at 127.0.0.1:{port} does not answer (connection timeout expired): "
        "start it, or correct DATABASE_URL."
    )


def test_an_unknown_host():
    assert refusal("postgresql://a:b@no-such-host.invalid/desk") == (
        "PostgreSQL at no-such-host.invalid is unknown by that name: correct DATABASE_URL."
    )


@pytest.mark.parametrize(
    "said, sentence",
    [
        (
            'connection to server at "10.0.0.5", port 5432 failed: SSL error: certificate verify failed',
            "PostgreSQL at db cannot be reached over TLS as DATABASE_URL asks (certificate verify failed).",
        ),
        (
            "connection failed: server does not support SSL",
            "PostgreSQL at db cannot be reached over TLS as DATABASE_URL asks (server does not support SSL).",
        ),
        (
            'connection failed: FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "desk", no encryption',
            "PostgreSQL at db lets user desk not connect from here: add a line to its pg_hba.conf.",
        ),
        (
            "connection failed: FATAL:  sorry, too many clients already",
            "PostgreSQL at db has no connection left: raise max_connections.",
        ),
        (
            "connection failed: FATAL:  the database system is starting up",
            "PostgreSQL at db is just starting or stopping: try again in a moment.",
        ),
    ],
)
def test_what_servers_say(said, sentence):
    assert explain(psycopg.OperationalError(said), "postgresql://desk@db/desk", "DATABASE_URL") == sentence


def test_an_old_server_is_refused(server, monkeypatch):
    monkeypatch.setattr(psycopg.ConnectionInfo, "server_version", 140_011)

    assert refusal(server.url(), variable="HELPDESK_OWNER_DATABASE_URL") == (
        f"PostgreSQL at {server.socket_dir} is version 14, helpdesk needs 15 or later: "
        "upgrade it, or give HELPDESK_OWNER_DATABASE_URL another server."
    )


def refusal(url, **options):
    with pytest.raises(DatabaseProblem) as found:
        check_server(url, **options)
    return str(found.value)
