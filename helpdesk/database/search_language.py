"""The language of the texts: which forms of a word PostgreSQL takes for one when it finds words.

The configuration `helpdesk_words` says so, and indexes of words belong to a configuration, whatever its name. Another
language is therefore another configuration with indexes of its own, built beside those in use without holding anybody
up. One transaction then exchanges the names, and what was in use before goes. Until then every search finds what it
found before, afterwards what the new language finds, and nothing in between. Killed half way, it goes on where it was.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Row, text
from sqlalchemy.orm import Session

from helpdesk.config import Config
from helpdesk.database.migrations import PATIENCE
from helpdesk.database.roles import owner_engine

WORDS, PLAIN = "helpdesk_words", "helpdesk_plain"
"""Words as they are searched, and as they are: without accents, in small letters."""
NONE = "none"
"""No language: each form of a word is another word."""
LOCK = 4_857_002_316  # beside the one of migrations, which wait for nobody's texts

_NEXT, _OLD = f"{WORDS}_next", f"{WORDS}_old"
_PREFIX = "helpdesk_"
_QUOTED = r"'''' || replace(replace(typed, '\', '\\'), '''', '''''') || ''':*'"

CONFIGURATIONS = tuple(
    statement
    for name in (WORDS, PLAIN)
    for statement in (
        f"create text search configuration {name} (copy = simple)",
        f"alter text search configuration {name} alter mapping for hword, hword_part, word with unaccent, simple",
    )
)
BEGINNING = f"""create or replace function helpdesk_beginning(typed text) returns tsquery language sql immutable
parallel safe as $$
  select to_tsquery('{WORDS}', {_QUOTED})
$$"""
"""What finds the words that begin as typed. PostgreSQL puts its body in the place of a call."""
# an index has “work”, who is typing has come to “worki”: known words that begin so say how they are kept
_BEGINNING_OF_FORMS = f"""create or replace function helpdesk_beginning(typed text) returns tsquery language plpgsql
stable parallel safe as $$
declare
  sought tsquery := to_tsquery('{WORDS}', {_QUOTED}) || to_tsquery('{PLAIN}', {_QUOTED});
  begun text[] := tsvector_to_array(to_tsvector('{PLAIN}', typed));
  kept text[] := tsvector_to_array(to_tsvector('{WORDS}', typed));
  forms text;
begin
  if cardinality(begun) = 1 and has_table_privilege('known_words', 'select') then
    select string_agg(distinct quote_literal(likely.kept_as), ' | ') into forms from (
      select (tsvector_to_array(to_tsvector('{WORDS}', k.word)))[1] as kept_as from known_words k
      where k.word >= begun[1] and k.word < begun[1] || U&'\\+10FFFF' and starts_with(k.word, begun[1])
      order by k.ticket_count desc limit 100) likely
    where not starts_with(likely.kept_as, begun[1]) and not starts_with(likely.kept_as, kept[1]);
  end if;
  return case when forms is null then sought else sought || forms::tsquery end;
end
$$"""

_LANGUAGE = f"""select substr(d.dictname, {len(_PREFIX) + 1}) from pg_ts_config c
join pg_ts_config_map m on m.mapcfg = c.oid join pg_ts_dict d on d.oid = m.mapdict
where c.cfgname = :configuration and starts_with(d.dictname, '{_PREFIX}') limit 1"""
_INDEXES = """select i.indexrelid::regclass::text as name, i.indisvalid as is_valid,
pg_get_indexdef(i.indexrelid) as definition
from pg_ts_config c
join pg_depend d on d.refclassid = 'pg_ts_config'::regclass and d.refobjid = c.oid
join pg_index i on d.classid = 'pg_class'::regclass and i.indexrelid = d.objid
where c.cfgname = :configuration group by i.indexrelid order by pg_relation_size(i.indrelid), 1"""
_STANDING = text(f"""select coalesce(({_LANGUAGE}), '{NONE}'),
(select count(*) from ({_INDEXES.replace(":configuration", ":next")}) ready where is_valid),
(select count(*) from ({_INDEXES}) total)""")

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """The language in force, and how many of the indexes of another one are ready."""

    language: str
    ready: int
    total: int


def standing(session: Session | Connection) -> Standing:
    """How far it has come. Costs one statement."""
    names = {"configuration": WORDS, "next": _NEXT}
    return Standing(*session.execute(_STANDING, names).one())


def speak(config: Config, language: str, *, tell: Tell = lambda line: None) -> None:
    """Have words found in this language, one of those PostgreSQL knows the forms of, or NONE.

    Takes minutes to hours on a large desk; nobody waits for it, but for another one that does the same.
    """
    with _alone(config) as connection:
        _tidy(connection)
        if _language(connection, WORDS) == language:
            _forget(connection, _NEXT)
            return
        _prepare(connection, language)
        for index in _indexes(connection, WORDS):
            _build(connection, index, tell)
        _switch(connection, language)
        tell(f"In force: {language}.")
        _tidy(connection)


def _prepare(connection: Connection, language: str) -> None:
    """The configuration to be. What was begun for the same language is gone on with."""
    if _exists(connection, _NEXT) and _language(connection, _NEXT) == language:
        return
    _forget(connection, _NEXT)
    with _at_once(connection):
        _run(connection, f"create text search configuration {_NEXT} (copy = {PLAIN})")
        if language != NONE:
            stems = f"{_PREFIX}{language}"
            # made here and not the one that comes with PostgreSQL: that one leaves words like “the” out
            if not _exists(connection, stems, "dict"):
                made = f"create text search dictionary {stems} (template = snowball, language = {language})"
                _run(connection, made)
            change = f"alter text search configuration {_NEXT} alter mapping for"
            _run(connection, f"{change} asciiword, asciihword, hword_asciipart with {stems}")
            _run(connection, f"{change} hword, hword_part, word with unaccent, {stems}")


def _build(connection: Connection, index: Row[tuple[str, bool, str]], tell: Tell) -> None:
    """One index of the configuration to be, unless it is there and whole."""
    name = f"{index.name}_next"
    built = {each.name: each.is_valid for each in _indexes(connection, _NEXT)}
    if built.get(name):
        return
    tell(f"{index.name} …")
    definition = index.definition.replace(f"INDEX {index.name} ", f"INDEX CONCURRENTLY {name} ", 1)
    if name in built:
        _run(connection, f"drop index concurrently {name}")
    _run(connection, definition.replace(f"'{WORDS}'", f"'{_NEXT}'"))


def _switch(connection: Connection, language: str) -> None:
    """Other names, in one transaction: none of these locks keeps anybody from reading or writing."""
    names = [index.name for index in _indexes(connection, WORDS)]
    with _at_once(connection):
        for before, after in ((WORDS, _OLD), (_NEXT, WORDS)):
            _run(connection, f"alter text search configuration {before} rename to {after}")
        for name in names:
            _run(connection, f"alter index {name} rename to {name}_old")
            _run(connection, f"alter index {name}_next rename to {name}")
        connection.exec_driver_sql(BEGINNING if language == NONE else _BEGINNING_OF_FORMS)


def _tidy(connection: Connection) -> None:
    """Remove what is not in use any more. Dropping an index makes kept plans forget the language before, too."""
    _forget(connection, _OLD)


def _forget(connection: Connection, configuration: str) -> None:
    """A configuration, its indexes, and its dictionary where no other one uses it."""
    if not _exists(connection, configuration):
        return
    for index in _indexes(connection, configuration):
        _run(connection, f"drop index concurrently {index.name}")
    language = _language(connection, configuration)
    _run(connection, f"drop text search configuration {configuration}")
    if language not in {NONE, _language(connection, WORDS), _language(connection, _NEXT)}:
        _run(connection, f"drop text search dictionary {_PREFIX}{language}")


def _language(session: Session | Connection, configuration: str) -> str:
    return session.scalar(text(_LANGUAGE), {"configuration": configuration}) or NONE


def _indexes(session: Session | Connection, configuration: str) -> list[Row[tuple[str, bool, str]]]:
    """The indexes of a configuration, those of small tables first."""
    return list(session.execute(text(_INDEXES), {"configuration": configuration}))


def _exists(connection: Connection, name: str, kind: str = "config") -> bool:
    catalogue, column = f"pg_ts_{kind}", "cfgname" if kind == "config" else "dictname"
    found = connection.exec_driver_sql(f"select 1 from {catalogue} where {column} = %s", (name,))
    return found.scalar() is not None


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


@contextmanager
def _at_once(connection: Connection) -> Iterator[None]:
    """All of the block or nothing."""
    _run(connection, "begin")
    try:
        yield
    except BaseException:
        _run(connection, "rollback")
        raise
    _run(connection, "commit")


@contextmanager
def _alone(config: Config) -> Iterator[Connection]:
    """A connection of the owner outside of transactions, one at a time."""
    with owner_engine(config).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        # asked again and again, not waited for: a statement that waits would hold up indexes built concurrently
        while not connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": LOCK}):
            time.sleep(PATIENCE)
        # it waits for what others have begun, a backup for instance, and nobody waits for it
        _run(connection, "set lock_timeout = 0")
        yield connection
