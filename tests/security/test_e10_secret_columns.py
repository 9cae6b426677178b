"""E10: no answer to anybody has the value of a secret column, and no list is sorted or narrowed by one."""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.sealing import seal
from helpdesk.identity.second_factors import Authenticator, Passkey, RecoveryCode
from tests.conftest import person_named
from tests.security.matrix import Asking, cases, content_of, undone
from tests.security.routes import ROUTES
from tests.security.secret_columns import CALLED_SO, NOT_SECRET, SEALED, SECRET
from tests.security.things import world
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

CANARY = "sealed-finch-4e1b"
ASKING = ("admin", "agent", "manager", "own customer", "link holder", "anonymous")
SORTED = ("/agent/queues/open", "/agent/people", "/admin/people", "/admin/mailboxes", "/portal/tickets")


@pytest.fixture
def desk(app: Flask, transaction: Connection) -> RealDesk:
    return RealDesk(app)


@pytest.fixture
def places(desk: RealDesk) -> Mapping[str, Any]:
    """The desk of the matrix, on which every secret there can be is kept for somebody."""
    found = world(desk)
    with desk.doing("ada"):
        for name in ("ada", "carl"):
            person, mine = person_named(name), name.encode()
            db.session.add_all(
                (
                    Authenticator(user_id=person.id, secret=seal(f"{CANARY}-{name}"), last_step=1),
                    RecoveryCode(user_id=person.id, code_hash=f"$argon2id$finch-of-{name}"),
                    Passkey(
                        user_id=person.id,
                        name=f"Key of {name}",
                        credential_id=b"finch-credential-of-" + mine,
                        public_key=b"finch-public-key-of-" + mine,
                        user_handle=b"finch-handle-of-" + mine,
                        created_at=clock.now(),
                    ),
                )
            )
    return found


def fill(desk: RealDesk, transaction: Connection) -> None:
    """What can be sealed and is not there yet is there now."""
    with desk.doing("ada"):
        sealed = seal(CANARY)
    transaction.execute(text("set local role helpdesk_owner"))
    for table, columns in SEALED.items():
        for column in columns:
            transaction.execute(
                text(f"update {table} set {column} = :sealed where {column} is null"), {"sealed": sealed}
            )
    transaction.execute(text("update mailboxes set door_secret_hash = 'finch-door-' || id"))


def values(transaction: Connection) -> dict[str, set[str]]:
    """By column, every value of it, each as pages might say it."""
    found: dict[str, set[str]] = {}
    with undone(transaction):
        transaction.execute(text("set local role helpdesk_owner"))
        for table, columns in SECRET.items():
            for column in columns:
                rows = transaction.scalars(
                    text(f"select distinct {column} from {table} where {column} is not null")
                )
                found[f"{table}.{column}"] = {spelling for row in rows for spelling in spellings(row)}
    return found


def spellings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    raw = bytes(value)
    yield raw.decode("latin-1")
    yield raw.hex()
    yield base64.b64encode(raw).decode().rstrip("=")
    yield base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_every_column_called_like_a_secret_is_classed() -> None:
    called_so = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if re.search(CALLED_SO, column.name)
    }
    secret = {(table, column) for table, columns in SECRET.items() for column in columns}

    unknown = {each for each in called_so - secret if each[1] not in NOT_SECRET}
    assert unknown == set(), "say in tests/security/secret_columns.py whether it is secret"
    assert secret <= {
        (table.name, column.name) for table in Base.metadata.tables.values() for column in table.c
    }


@pytest.mark.parametrize("actor", ASKING)
def test_no_answer_has_the_value_of_a_secret_column(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], transaction: Connection, actor: str
) -> None:
    ask = Asking(desk, places, actor)
    with undone(transaction):
        fill(desk, transaction)
        transaction.execute(text("reset role"))
        secrets, told, count = values(transaction), [], 0
        empty = [column for column, found in secrets.items() if not found and column != NEVER_KEPT]
        for case in cases(app, ROUTES, places):
            if case.method == "GET" and case.thing not in ("missing", "deleted"):
                with undone(transaction):
                    answer = ask(case)
                content, count = f"{answer.headers}\n{content_of(answer)}", count + 1
                told += [
                    f"{case} tells {column}"
                    for column, found in [*secrets.items(), ("what was sealed", {CANARY})]
                    if any(value in content for value in found)
                ]
    tally("answers searched for the values of secret columns", count)

    assert told == []
    assert empty == [], "nothing was looked for"


NEVER_KEPT = "spent_challenges.challenge_hash"
"""The one of which rows live for minutes, and only between two answers."""


@pytest.mark.parametrize("path", SORTED)
def test_no_list_is_sorted_or_narrowed_by_one(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], path: str
) -> None:
    """What no list knows counts for nothing, or is refused; it never changes the order or what is there."""
    ask = Asking(desk, places, "own customer" if path.startswith("/portal") else "admin")
    plain = rows_of(ask.get(path).html)
    tried = 0
    for column in sorted({column for columns in SECRET.values() for column in columns}):
        for query in (
            f"sort={column}",
            f"sort=-{column}",
            f"order={column}",
            f"{column}=a",
            f"filter={column}:a",
        ):
            answer = ask.get(f"{path}?{query}")
            tried += 1
            assert answer.status in (303, 400, 404, 422) or rows_of(answer.html) == plain, query
            assert answer.status < 500, query
    tally("lists asked to sort or filter by secret columns", tried)


def rows_of(page: str) -> list[str]:
    """What stands in the list, in order: where its rows lead."""
    return re.findall(
        r'<a [^>]*href="(/(?:agent/tickets|agent/people|admin/people|portal/tickets)/[\w-]+)', page
    )
