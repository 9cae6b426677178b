"""Is the server one the desk can use? Each no is one line that says what to do."""

import re

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from helpdesk.database.problems import DatabaseProblem

OLDEST = 15
PATIENCE = 10  # seconds until a server that says nothing is called unreachable

# libpq gives no code for a refused connection: its words, and the server's, have to do
REFUSALS = {
    r"password authentication failed|no password supplied|role \"[^\"]*\" does not exist": (
        "refuses user {user}: check the user and password in {variable}"
    ),
    r"database \"[^\"]*\" does not exist": "has no database {database}: create it, or correct {variable}",
    r"no pg_hba.conf entry": "lets user {user} not connect from here: add a line to its pg_hba.conf",
    r"certificate|SSL|TLS": "cannot be reached over TLS as {variable} asks ({reason})",
    r"could not translate host name|Name or service not known": "is unknown by that name: correct {variable}",
    r"starting up|shutting down|recovery mode": "is just starting or stopping: try again in a moment",
    r"unsupported startup parameter": "is a pooler: set HELPDESK_DIRECT_DATABASE_URL to the server itself",
    r"too many (clients|connections)|remaining connection slots": "has no connection left: raise max_connections",
}
UNREACHABLE = "does not answer ({reason}): start it, or correct {variable}"


def check_server(url: str, *, variable: str = "DATABASE_URL", is_pooled: bool = False) -> None:
    """Connect once; raise DatabaseProblem where the server is unreachable, refuses, or is too old.

    Unless we know of a pooler, with a parameter for the start, as we connect later: a pooler refuses it.
    """
    given = {"connect_timeout": PATIENCE} | ({} if is_pooled else {"options": "-c TimeZone=UTC"})
    try:
        with psycopg.connect(make_conninfo(url, **given | conninfo_to_dict(url))) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.OperationalError as error:
        raise DatabaseProblem(explain(error, url, variable)) from error
    if version < OLDEST:
        raise DatabaseProblem(
            f"PostgreSQL at {_place(url)} is version {version}, helpdesk needs {OLDEST} or later: upgrade it, "
            f"or give {variable} another server."
        )


def explain(error: psycopg.OperationalError, url: str, variable: str) -> str:
    """The sentence for a connection that was refused."""
    parts = conninfo_to_dict(url)
    reason = _reason(str(error))
    sentence = next((words for sign, words in REFUSALS.items() if re.search(sign, str(error))), UNREACHABLE)
    filled = sentence.format(
        user=parts.get("user", "(none)"),
        database=parts.get("dbname", "(none)"),
        variable=variable,
        reason=reason,
    )
    return f"PostgreSQL at {_place(url)} {filled}."


def _reason(message: str) -> str:
    """The last words of the first line: what libpq puts before them is where, which we say ourselves."""
    first = message.strip().splitlines()[0]
    return re.split(r"failed: |FATAL: +|error: ", first)[-1].strip().rstrip(".")


def _place(url: str) -> str:
    parts = conninfo_to_dict(url)
    port = f":{parts['port']}" if "port" in parts else ""
    return f"{parts.get('host', 'this machine')}{port}"
