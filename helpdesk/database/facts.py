"""Facts about the server the desk runs on, read only: what it is, how large, how it is set, what it spends time on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from helpdesk.database.roles import SERVING
from helpdesk.database.verdicts import WATCHED

AUDIT = "audit_logs"
STATEMENTS_SHOWN = 15

_LITERALS = re.compile(
    r"""
    [eEbBxX]?'(?:[^'\\]|''|\\.)*'          # text, also with escapes
    | (?P<dollars>\$(?:[A-Za-z_]\w*)?\$).*?(?P=dollars)  # text between dollars
    | (?<![\w$"])\d+(?:\.\d+)?(?!\w)       # numbers, but no $1 and no part of a name
    """,
    re.VERBOSE | re.DOTALL,
)

_SERVER = text("""
select current_setting('server_version') as version, pg_postmaster_start_time() as started_at,
  current_database() as name, pg_database_size(current_database()) as bytes,
  (select count(*) from pg_stat_activity where datname = current_database()) as connections,
  (select pg_encoding_to_char(encoding) from pg_database where datname = current_database()) as encoding,
  (select jsonb_object_agg(name, current_setting(name)) from pg_settings where name = any(:watched)) as settings,
  to_regclass('pg_stat_statements') is not null as has_statements
""")
_RELATIONS = text("""
select c.relname as name, p.relname as parent, pg_total_relation_size(c.oid) as bytes,
  greatest(c.reltuples, 0)::bigint as row_count, pg_get_expr(c.relpartbound, c.oid) as bound
from pg_class c
left join pg_inherits i on i.inhrelid = c.oid
left join pg_class p on p.oid = i.inhparent
where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
order by bytes desc, name
""")
# of the other roles' statements PostgreSQL shows the numbers, not the text; those of the owner are upkeep
_STATEMENTS = """
select s.query, r.rolname as role, s.calls, s.rows as row_count, s.total_exec_time as total_ms,
  s.mean_exec_time as mean_ms, s.max_exec_time as longest_ms
from pg_stat_statements s
join pg_database d on d.oid = s.dbid and d.datname = current_database()
join pg_roles r on r.oid = s.userid and r.rolname = any(:roles)
where s.query !~* '(pg_stat_statements|pg_total_relation_size|pg_postmaster_start_time|set_config)'
  and s.query !~* '^\\s*(begin|commit|rollback|savepoint|release|set|show|discard)\\y'
order by {order} desc limit :count
"""
ORDERS = {"total": "s.total_exec_time", "mean": "s.mean_exec_time"}


@dataclass(frozen=True, slots=True)
class Server:
    """The PostgreSQL and the desk's database in it."""

    version: str
    started_at: datetime
    name: str
    bytes: int
    connections: int
    encoding: str
    settings: Mapping[str, str]
    has_statements: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A table with its indexes; the number of rows is PostgreSQL's estimate."""

    name: str
    bytes: int
    row_count: int
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Relations:
    """All tables, the largest first; those in parts count as one."""

    tables: Sequence[Relation]
    audit_parts: Sequence[Relation]


@dataclass(frozen=True, slots=True)
class Statement:
    """One kind of statement; nothing that somebody wrote is in its text, which is empty where another role ran it."""

    text: str
    role: str
    calls: int
    row_count: int
    total_ms: float
    mean_ms: float
    longest_ms: float


def server(connection: Connection) -> Server:
    """Costs one statement."""
    found = connection.execute(_SERVER, {"watched": [each.name for each in WATCHED]}).one()
    return Server(**found._mapping)


def relations(connection: Connection) -> Relations:
    """Costs one statement."""
    rows = connection.execute(_RELATIONS).all()
    parts = [Relation(row.name, row.bytes, row.row_count, row.bound) for row in rows if row.parent == AUDIT]
    wholes: dict[str, Relation] = {}
    for row in rows:
        name = row.parent or row.name
        known = wholes.get(name, Relation(name, 0, 0))
        wholes[name] = Relation(name, known.bytes + row.bytes, known.row_count + row.row_count)
    tables = sorted(wholes.values(), key=lambda table: table.bytes, reverse=True)
    return Relations(tables, sorted(parts, key=lambda part: part.name, reverse=True))


def slowest_statements(connection: Connection, *, by: str) -> Sequence[Statement] | None:
    """Those that took most time in all ("total") or each time ("mean"); None where PostgreSQL does not count them."""
    query = text(_STATEMENTS.format(order=ORDERS[by]))
    try:
        with connection.begin_nested():
            rows = connection.execute(query, {"count": STATEMENTS_SHOWN, "roles": list(SERVING)}).all()
    except DBAPIError:  # there is the extension, but the server was started without it
        return None
    return [
        Statement(
            "" if row.query == "<insufficient privilege>" else without_literals(row.query), *tuple(row)[1:]
        )
        for row in rows
    ]


def without_literals(statement: str) -> str:
    """The statement without texts and numbers: PostgreSQL mostly leaves them out, and not always."""
    return " ".join(_LITERALS.sub("?", statement).split())
