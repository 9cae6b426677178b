"""The five roles everything in the database is done by, and connections of the one that owns it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, NullPool, create_engine

from helpdesk.config import Config
from helpdesk.database.connections import owner_address, session_options, sqlalchemy_url
from helpdesk.database.problems import DatabaseProblem

OWNER = "helpdesk_owner"
SERVING = ("helpdesk_auth", "helpdesk_app", "helpdesk_customer", "helpdesk_analytics")
ROLES = (OWNER, *SERVING)
SET_OPTION_SINCE = 160_000  # PostgreSQL 16 tells being a member from inheriting rights
ATTEMPTS = 5

Psycopg = psycopg.Connection[tuple[object, ...]]


def ensure_roles(url: str, *, login: str | None = None, acts_as: Sequence[str] = ROLES) -> None:
    """Make roles and grants where they are missing, and let `login` (default: the one of `url`) act as `acts_as`.

    Needs no rights when all is there; otherwise a superuser, or a login that may create roles and owns the
    database. Without these rights: DatabaseProblem with the SQL somebody who has them can run.
    """
    with psycopg.connect(url) as connection:
        for _ in range(ATTEMPTS):
            missing = missing_statements(connection, login=login, acts_as=acts_as)
            if not missing:
                return
            try:
                for statement in missing:
                    connection.execute(statement)
                connection.commit()
            except psycopg.errors.InsufficientPrivilege:
                connection.rollback()
                break
            except (
                psycopg.errors.UniqueViolation,
                psycopg.errors.DuplicateObject,
                psycopg.errors.InternalError_,
            ):
                connection.rollback()  # somebody else makes them right now: look again
        if missing := missing_statements(connection, login=login, acts_as=acts_as):
            lines = "".join(f"\n  {statement.as_string(connection)};" for statement in missing)
            raise DatabaseProblem(
                f"The login {connection.info.user} may not prepare database {connection.info.dbname}; "
                f"have somebody who may run there:{lines}"
            )


def missing_statements(
    connection: Psycopg, *, login: str | None = None, acts_as: Sequence[str] = ROLES
) -> list[sql.Composed]:
    """What has to run before the desk can use this database; nothing when all is there."""
    who = login or connection.info.user
    present = {
        row[0]
        for row in connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])
    }
    absent = [role for role in ROLES if role not in present]
    statements = [_compose("CREATE ROLE {} NOLOGIN", role) for role in absent]
    statements += _grants(connection, present)
    statements += _memberships(connection, who, acts_as, present)
    return statements


def _memberships(
    connection: Psycopg, login: str, acts_as: Sequence[str], present: set[object]
) -> list[sql.Composed]:
    tells_apart = connection.info.server_version >= SET_OPTION_SINCE
    right = "SET" if tells_apart else "MEMBER"
    grant = "GRANT {} TO {} WITH INHERIT FALSE, SET TRUE" if tells_apart else "GRANT {} TO {}"
    needed = [
        role
        for role in acts_as
        if role not in present or not _yes(connection, "SELECT pg_has_role(%s, %s, %s)", login, role, right)
    ]
    statements = [_compose(grant, role, login) for role in needed]
    inherits = "SELECT rolinherit AND NOT rolsuper FROM pg_roles WHERE rolname = %s"
    if not tells_apart and _yes(connection, inherits, login):
        statements.append(_compose("ALTER ROLE {} NOINHERIT", login))
    return statements


def _grants(connection: Psycopg, present: set[object]) -> list[sql.Composed]:
    creates = "SELECT has_database_privilege(%s, current_database(), 'CREATE')"
    if OWNER in present and _yes(connection, creates, OWNER):
        on_database = []
    else:
        on_database = [_compose("GRANT CREATE ON DATABASE {} TO {}", connection.info.dbname, OWNER)]
    return on_database + _as_owner_of_the_schema(connection, _grants_on_schema(connection, present))


def _grants_on_schema(connection: Psycopg, present: set[object]) -> list[sql.Composed]:
    statements = []
    for role in ROLES:
        rights = ("USAGE", "CREATE") if role == OWNER else ("USAGE",)
        has = "SELECT has_schema_privilege(%s, 'public', %s)"
        if role not in present or not all(_yes(connection, has, role, right) for right in rights):
            statements.append(_compose(f"GRANT {', '.join(rights)} ON SCHEMA public TO {{}}", role))
    everybody_creates = (
        "SELECT EXISTS (SELECT FROM pg_namespace, aclexplode(nspacl) AS item"
        " WHERE nspname = 'public' AND item.grantee = 0 AND item.privilege_type = 'CREATE')"
    )
    if _yes(connection, everybody_creates):
        statements.append(_compose("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    return statements


def _as_owner_of_the_schema(connection: Psycopg, statements: list[sql.Composed]) -> list[sql.Composed]:
    """A login that owns the database owns its schema as `pg_database_owner`, which it may not inherit."""
    has = "SELECT pg_has_role('pg_database_owner', %s)"
    if not statements or _yes(connection, has, "USAGE") or not _yes(connection, has, "MEMBER"):
        return statements
    return [_compose("SET ROLE pg_database_owner"), *statements, _compose("RESET ROLE")]


def owner_engine(config: Config) -> Engine:
    """Connections that act as the owner of all tables: for migrations, upkeep, import, demo data."""
    options = session_options(
        config, role=OWNER, jit="off", statement_timeout="0", lock_timeout=f"{config.lock_timeout_seconds}s"
    )
    return create_engine(
        sqlalchemy_url(owner_address(config)),
        poolclass=NullPool,
        connect_args={"application_name": "helpdesk owner", "options": options},
    )


@contextmanager
def owner_connection(config: Config) -> Iterator[Connection]:
    """One connection and one transaction as the owner, committed at the end of the block."""
    engine = owner_engine(config)
    with engine.begin() as connection:
        yield connection


def _yes(connection: Psycopg, question: str, *values: str) -> bool:
    row = connection.execute(question.encode(), values).fetchone()
    return bool(row and row[0])


def _compose(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
