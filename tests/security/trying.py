"""Asking for everything as one person: what came of it, what it tells, and what it changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Flask
from sqlalchemy import Connection, text

from tests.security.actors import SEEN_BY, STAFF
from tests.security.matrix import Asking, Case, Outcome, cases, content_of, expected, looks, outcome, undone
from tests.security.routes import ROUTES
from tests.security.things import NOTED, OWNERS, word_of
from tests.support.browser import Seen
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

BESIDE = {"sessions", "sign_in_attempts", "audit_logs", "access_logs"}
"""Tables in which a refusal may leave that somebody was here and tried."""


TABLES = """select relname from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition"""


def try_everything(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], transaction: Connection, actor: str
) -> None:
    """Every address with each thing it can name, as this person. All that is wrong is said at once."""
    every = list(cases(app, ROUTES, places))
    let_in = [case for case in every if expected(case, actor) is Outcome.OPEN]
    turned_away = [case for case in every if expected(case, actor) is not Outcome.OPEN]
    ask = Asking(desk, places, actor)
    wrong: list[str] = []

    before = domain(transaction)
    refusals = {str(case): (case, ask(case)) for case in turned_away}
    changed = differences(before, domain(transaction))
    for case in let_in:
        with undone(transaction):
            wrong += faults(case, actor, ask(case))
    wrong += [fault for case, answer in refusals.values() for fault in faults(case, actor, answer)]
    tally("routes × people × things asked for", len(every))
    tally("refusals compared with those of what is missing, header by header", len(refusals))

    assert wrong == [], "\n" + "\n".join(wrong)
    assert telling(refusals, actor) == []
    assert changed == []


def faults(case: Case, actor: str, answer: Seen) -> Iterator[str]:
    """Another answer than was meant, and words of what this person does not see."""
    came, meant = outcome(case, actor, answer), expected(case, actor)
    if came is not meant:
        what = f"{getattr(came, 'name', came)} came ({answer.status} {answer.location})"
        yield f"{actor}: {case}: {meant.name} was meant, {what}"
    for word in told(answer, hidden_from(actor)):
        yield f"{actor}: {case}: tells of {word}"


def hidden_from(actor: str) -> Sequence[str]:
    """The words of the tickets this person does not see; of notes, where nobody outside sees any."""
    hidden = [word_of(thing) for thing in OWNERS if actor not in SEEN_BY.get(thing, ())]
    if actor == "admin":
        hidden.remove(word_of("deleted"))  # who empties the bin sees what is in it
    return hidden if actor in STAFF else [*hidden, NOTED]


def told(answer: Seen, words: Sequence[str]) -> list[str]:
    content = f"{answer.headers}\n{content_of(answer)}"
    return [word for word in words if word in content]


def telling(refusals: Mapping[str, tuple[Case, Seen]], actor: str) -> list[str]:
    """Refusals that should be those of something missing, and by which one can tell that it is there."""
    missing = {
        (case.rule.endpoint, case.method, expected(case, actor)): looks(case, answer)
        for case, answer in refusals.values()
        if case.thing == "missing"
    }
    return [
        f"{case}: {difference(looks(case, answer), meant)}"
        for case, answer in refusals.values()
        if (meant := missing.get((case.rule.endpoint, case.method, expected(case, actor))))
        and looks(case, answer) != meant
    ]


def difference(one: Sequence[Any], other: Sequence[Any]) -> str:
    """What of two answers is not the same: status or headers whole, of pages the lines."""
    for first, second in zip(one[:2], other[:2], strict=True):
        if first != second:
            return f"{first} is not {second}"
    lines = (each.splitlines() for each in (one[2], other[2]))
    return str([(first, second) for first, second in zip(*lines, strict=False) if first != second][:3])


def domain(transaction: Connection) -> dict[str, str]:
    """By table of the domain, a digest of all that stands in it."""
    with undone(transaction):
        transaction.execute(text("set local role helpdesk_owner"))
        names = sorted(set(transaction.scalars(text(TABLES))) - BESIDE)
        parts = (
            f"select '{name}', md5(coalesce(string_agg(row::text, '|' order by row::text), '')) from {name} row"
            for name in names
        )
        found = transaction.execute(text(" union all ".join(parts)))
        return {str(name): str(digest) for name, digest in found}


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [table for table in before if before[table] != after[table]]
