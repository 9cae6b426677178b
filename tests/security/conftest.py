"""What tests of the second wall need: raw SQL in a role, and whose request is whose."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.providers import ProviderIdentity
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.operations import Upload, add_participant, delete, note, open_ticket, reply
from tests.conftest import person_named
from tests.security import things
from tests.support import oidc_provider
from tests.support.browser import Browser
from tests.support.oidc_provider import OidcProvider
from tests.support.provided import Provided, provider_of
from tests.support.real_desk import RealDesk

Ask = Callable[..., list[Any]]


@pytest.fixture
def desk(app: Flask, transaction: Connection) -> RealDesk:
    """A desk whose requests commit into the transaction of the test."""
    return RealDesk(app)


@pytest.fixture
def places(desk: RealDesk) -> Iterator[Mapping[str, Any]]:
    """That desk with everything on it, and what its addresses name, while the clock stands still."""
    with clock.freeze(clock.now()):
        yield things.world(desk)


@pytest.fixture
def world(acting: Callable[..., Any]) -> dict[str, int]:
    """Requests of several people, each with a public answer and an internal note, and a file with every message.

    own: Carl's · deleted: Carl's, in the bin · colleague: Cora's · stranger: Olga's · invited: Olga's, Carl takes part.
    """
    owners = {"own": "carl", "deleted": "carl", "colleague": "cora", "stranger": "olga", "invited": "olga"}
    made = {}
    with acting("ada") as ada:
        for name, owner in owners.items():
            person = person_named(owner)
            ticket = open_ticket(
                requester=person,
                by=person,
                title=name,
                description=f"{name} asks",
                uploads=[_file(f"{name} question")],
            )
            reply(ticket, by=ada, content=f"{name} answer", uploads=[_file(f"{name} answer")])
            note(ticket, by=ada, content=f"{name} note", uploads=[_file(f"{name} note")])
            held = reply(ticket, by=ada, content=f"{name} held", uploads=[_file(f"{name} held")])
            held.published_at = None
            made[name] = ticket
        add_participant(made["invited"], person=person_named("carl"), by=ada)
        delete(made["deleted"], by=ada)
        db.session.flush()
        return {name: ticket.id for name, ticket in made.items()}


def _file(name: str) -> Upload:
    return Upload(f"{name}.txt", io.BytesIO(name.encode()))


@pytest.fixture
def ids(acting: Callable[..., Any]) -> Callable[[str], int]:
    """`ids("carl")` is the person's number."""

    def find(name: str) -> int:
        with acting("ana"):
            return person_named(name).id

    return find


@pytest.fixture
def unlimited(acting: Callable[..., Any]) -> None:
    """Tests ask for pages faster than people do."""
    with acting("ada"):
        change_settings(most_searches_a_minute=0, most_statistics_a_minute=0)


@pytest.fixture
def sql(transaction: Connection) -> Callable[..., Any]:
    """`with sql("helpdesk_customer", user_id=5) as ask: ask("select …")` runs raw SQL in a role, and undoes it.

    Nothing else may use the database inside the block: it would change the role of the one connection.
    """

    @contextmanager
    def in_role(role: str, *, user_id: int | None = None, ticket_id: int | None = None) -> Iterator[Ask]:
        settings = {
            "role": role,
            "helpdesk.user_id": "" if user_id is None else str(user_id),
            "helpdesk.ticket_id": "" if ticket_id is None else str(ticket_id),
        }
        savepoint = transaction.begin_nested()
        for name, value in settings.items():
            transaction.execute(
                text("select set_config(:name, :value, true)"), {"name": name, "value": value}
            )

        def ask(statement: str, **values: Any) -> list[Any]:
            with transaction.begin_nested():
                found = transaction.execute(text(statement), values)
                return [tuple(row) if len(row) > 1 else row[0] for row in found] if found.returns_rows else []

        try:
            yield ask
        finally:
            savepoint.rollback()

    return in_role


@pytest.fixture
def idp() -> Iterator[OidcProvider]:
    with oidc_provider.running() as running:
        yield running


@pytest.fixture
def provider_id(acting: Callable[..., Any], idp: OidcProvider) -> int:
    """Carl is connected."""
    with acting("ada"):
        made = provider_of(idp)
        db.session.add(
            ProviderIdentity(provider_id=made, user_id=person_named("carl").id, subject="carl-at-idp")
        )
    return made


@pytest.fixture
def provided(as_nobody: Browser, idp: OidcProvider, provider_id: int) -> Provided:
    return Provided(as_nobody, idp, provider_id)


def contents(*names: str) -> list[str]:
    """The public messages of these requests."""
    return sorted(f"{name} {each}" for name in names for each in ("asks", "answer"))


def filenames(*names: str) -> list[str]:
    """The files of the public messages of these requests."""
    return sorted(f"{name} {each}.txt" for name in names for each in ("question", "answer"))
