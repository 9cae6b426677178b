"""A desk where every request commits: for people who do things at the same time, and for real browsers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from helpdesk.accounts.models import User
from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.tickets.operations import open_ticket
from tests.conftest import person_named, sign_in
from tests.support.browser import Browser


class RealDesk:
    """A desk of its own, where every request commits: for people who do things at the same time."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def browser(self, name: str | None) -> Browser:
        """One in which this person is signed in; without a name nobody is."""
        client = self.app.test_client()
        if name is None:
            return Browser(self.app, client)
        with client.session_transaction() as session:
            session["sid"] = sign_in(self.app, name)
        return Browser(self.app, client)

    @contextmanager
    def doing(self, name: str) -> Iterator[User]:
        """The block is done by this person, and committed."""
        with self.app.app_context(), current.entering(Via.WEB), unit_of_work():
            person = person_named(name)
            current.change(user_id=person.id)
            yield person

    def ask(self, title: str = "The printer is on fire") -> str:
        with self.doing("carl") as carl:
            return open_ticket(requester=carl, by=carl, title=title, description="It burns.").ticket_number

    def rows(self, statement: Any) -> list[tuple[Any, ...]]:
        with self.app.app_context(), current.entering(Via.CLI):
            return [tuple(row) for row in db.session.execute(statement)]
