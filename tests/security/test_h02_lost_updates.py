"""H02: what two people do at once is all there, and what one person sends twice is there once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.mail.models import OutboxMessage
from helpdesk.tickets.models import Comment, Ticket, TicketPriority
from helpdesk.tickets.operations import Edit, EditConflict, edit, open_ticket
from tests.conftest import person_named, sign_in
from tests.support.browser import RAW_TOKEN, Browser
from tests.support.tally import tally


@pytest.fixture
def number(own_app: Flask) -> str:
    with own_app.app_context(), current.entering(Via.WEB), unit_of_work():
        carl = person_named("carl")
        return open_ticket(requester=carl, by=carl, title="T", description="d").ticket_number


def browser_of(app: Flask, name: str) -> Browser:
    client = app.test_client()
    token = sign_in(app, name)
    with client.session_transaction() as session:
        session.update(sid=token, csrf_token=RAW_TOKEN)
    return Browser(app, client)


def test_one_reply_sent_ten_times_at_once_is_one_message_and_one_mail(own_app: Flask, number: str) -> None:
    key = str(uuid4())
    browsers = [browser_of(own_app, "ana") for _ in range(10)]

    def send(browser: Browser) -> tuple[int, str | None]:
        data = {"content": "Only once", "submission_key": key, "csrf_token": browser.csrf_token}
        answer = browser.client.post(f"/agent/tickets/{number}/replies", data=data)
        return answer.status_code, answer.headers.get("Location")

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(send, browsers))

    tally("forms sent at once with one key", len(answers))
    assert len(set(answers)) == 1, "everybody is led to the same place"
    assert answers[0][0] == 303
    with own_app.app_context(), current.entering(Via.CLI):
        replies = select(Comment.id).where(Comment.content == "Only once")
        (comment_id,) = db.session.scalars(replies)
        mails = select(func.count()).where(OutboxMessage.comment_id == comment_id)
        assert db.session.scalar(mails) == 1


def test_of_two_who_change_the_same_field_at_once_one_is_told(own_app: Flask, number: str) -> None:
    rounds, told = 20, 0

    def change(name: str, seen: TicketPriority, wanted: TicketPriority) -> bool:
        with own_app.app_context(), current.entering(Via.WEB):
            try:
                with unit_of_work():
                    ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()
                    edit(ticket, by=person_named(name), edits={"priority": Edit(seen, wanted)})
            except EditConflict:
                return True
        return False

    low, high, urgent = TicketPriority.LOW, TicketPriority.HIGH, TicketPriority.URGENT
    with ThreadPoolExecutor(2) as threads:
        for _ in range(rounds):
            change("ada", seen(own_app, number), low)
            both = threads.map(change, ("ana", "ben"), (low, low), (high, urgent))
            told += sum(both)
            assert seen(own_app, number) in (high, urgent)

    tally("rounds of two who change one field", rounds)
    assert told == rounds, "in each round exactly one of the two was told, and nobody was overwritten unseen"


def seen(app: Flask, number: str) -> TicketPriority:
    with app.app_context(), current.entering(Via.CLI):
        return db.session.scalars(select(Ticket.priority).where(Ticket.ticket_number == number)).one()


def test_a_refusal_is_one_of_ours(own_app: Flask) -> None:
    assert issubclass(EditConflict, Unwelcome)
    assert EditConflict.status == 409
