"""What ten thousand random queries find on random desks is what a reader of the whole desk would pick by hand."""

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.tickets.criteria import FIELDS, Query, matching, parse
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import tickets_for
from tests.support.tally import tally
from tests.tickets.criteria.asking import Asking
from tests.tickets.criteria.facts import NOW, random_fact
from tests.tickets.criteria.furniture import Furniture
from tests.tickets.criteria.reader import ZONE, Reader

DESKS, QUERIES, TICKETS = 40, 250, 20
AT_ONCE = 10
"""Desks a test, and queries a statement."""


@pytest.fixture
def furniture(
    work: Session, ana: User, ben: User, carl: User, olga: User, ticket: Ticket
) -> Iterator[Furniture]:
    found = Furniture(work, {"ana": ana, "ben": ben, "carl": carl, "olga": olga})
    found.merged_into, ticket.deleted_at = ticket.id, clock.now()
    work.flush()
    with clock.freeze(NOW):
        yield found


@pytest.mark.parametrize("first", range(0, DESKS, AT_ONCE))
def test_postgresql_finds_what_a_reader_would(
    work: Session, furniture: Furniture, ana: User, carl: User, first: int
) -> None:
    for seed in range(first, first + AT_ONCE):
        chance = random.Random(seed)
        facts = [random_fact(chance) for _ in range(TICKETS)]
        asking = Asking(chance)
        user, reader = (carl, Reader("carl")) if seed % 5 == 4 else (ana, Reader("ana"))
        with work.begin_nested() as savepoint:
            furniture.furnish(facts)
            for _ in range(QUERIES // AT_ONCE):
                queries = [printed_and_read(asking.query()) for _ in range(AT_ONCE)]
                found = found_at_once(work, queries, user)
                for query, numbers in zip(queries, found, strict=True):
                    assert numbers == reader.found(facts, query), f"desk {seed}: {query}"
            savepoint.rollback()
    tally("random queries against a reader of the whole desk", AT_ONCE * QUERIES)


def printed_and_read(query: Query) -> Query:
    read = parse(str(query))
    assert read == query
    return read


def found_at_once(work: Session, queries: list[Query], user: User) -> list[set[str]]:
    """The numbers of the tickets each query finds, in one statement."""
    columns = [
        func.array(
            matching(tickets_for(user), query, user, zone=ZONE)
            .with_only_columns(Ticket.ticket_number)
            .scalar_subquery()
        )
        for query in queries
    ]
    # none is asked twice: kept, the compiled statements would fill the memory
    found = work.execute(select(*columns), execution_options={"compiled_cache": None}).one()
    return [set(numbers) for numbers in found]


def test_the_random_queries_ask_for_everything() -> None:
    asking = Asking(random.Random(0))
    queries = [asking.query() for _ in range(2_000)]
    terms = [term for query in queries for term in query.all_terms]

    assert {term.field for term in terms} == {"", *FIELDS}
    assert {(term.field, term.operator) for term in terms if term.field} == {
        (field.name, operator) for field in FIELDS.values() for operator in field.operators
    }
    assert sum(len(query.all_terms) > len(query.terms) for query in queries) > 200


def test_the_random_desks_let_something_be_found_and_something_not() -> None:
    chance = random.Random(1)
    facts = [random_fact(chance) for _ in range(TICKETS)]
    for place, fact in enumerate(facts):
        fact.number = f"HD-{place}"
    asking, reader = Asking(chance), Reader("ana")
    counts = [len(reader.found(facts, asking.query())) for _ in range(400)]

    assert sum(0 < count < TICKETS for count in counts) > 200
