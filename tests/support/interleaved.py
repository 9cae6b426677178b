"""Requests of two customers who share a few connections, interleaved: who sees whose words."""

import threading
from collections.abc import Mapping

from flask import Flask
from sqlalchemy import select

from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import open_ticket
from tests.conftest import person_named, sign_in
from tests.support.browser import Browser


def open_theirs(app: Flask) -> None:
    """A request of Carl's and one of Olga's."""
    with app.app_context(), current.entering(Via.CLI), unit_of_work():
        for owner in ("carl", "olga"):
            person = person_named(owner)
            open_ticket(
                requester=person, by=person, title=f"only for {owner}", description=f"words of {owner}"
            )


def marks(app: Flask, name: str) -> str:
    """The number of the request of this customer."""
    with app.app_context(), current.entering(Via.CLI):
        number = select(Ticket.ticket_number).where(Ticket.title == f"only for {name}")
        return db.session.scalars(number).one()


def hammer(app: Flask, numbers: Mapping[str, str], requests: int) -> dict[str, int]:
    """Both ask for their list, their request and the other's, four threads at once."""
    seen = {"foreign": 0, "own": 0, "missing": 0}
    count = threading.Lock()

    def ask(name: str, other: str, share: int) -> None:
        client = app.test_client()
        token = sign_in(app, name)
        with client.session_transaction() as session:
            session["sid"] = token
        browser = Browser(app, client)
        paths = ["/portal/tickets", f"/portal/tickets/{numbers[name]}", f"/portal/tickets/{numbers[other]}"]
        for turn in range(share):
            path = paths[turn % 3]
            page = browser.get(path)
            shows_own = f"only for {name}" in page.html
            with count:
                seen["foreign"] += f"only for {other}" in page.html or f"words of {other}" in page.html
                seen["own"] += shows_own if path != paths[2] else page.status == 404
                seen["missing"] += not shows_own if path != paths[2] else page.status != 404

    threads = [
        threading.Thread(target=ask, args=[name, other, requests // 4])
        for name, other in (("carl", "olga"), ("olga", "carl"))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen
