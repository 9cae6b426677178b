"""H08, without its mail part: no message points to bytes that are missing, whatever happens to the disk."""

import io
import random
import re
import threading
from contextlib import contextmanager
from datetime import timedelta
from errno import EACCES, EDQUOT, ENOSPC, EROFS
from hashlib import sha256
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import User
from helpdesk.core import clock, current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.errors import NotStored
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.roles import owner_connection
from helpdesk.files import operations
from helpdesk.files.models import Blob
from helpdesk.files.store import Store, store
from helpdesk.tickets.models import Attachment, Comment, Ticket
from helpdesk.tickets.operations import delete
from helpdesk.tickets.operations.purging import purge
from tests.conftest import sign_in
from tests.support.browser import Browser
from tests.support.tally import tally

BROKEN = [
    ("tempfile.mkstemp", ENOSPC, "the disk is full"),
    ("tempfile.mkstemp", EROFS, "the folder of files cannot be written"),
    ("helpdesk.files.store._sync", ENOSPC, "the disk is full"),
    ("helpdesk.files.store._sync", EDQUOT, "the disk is full"),
    ("helpdesk.files.store._make_private", EACCES, "the folder of files cannot be written"),
]


def a_file(content, name="a.txt"):
    return (io.BytesIO(content), name)


def customer(app):
    client = app.test_client()
    token = sign_in(app, "carl")
    with client.session_transaction() as session:
        session["sid"] = token
    return Browser(app, client)


@contextmanager
def working(app):
    with app.app_context(), current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID), unit_of_work():
        yield


def count(*tables):
    return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]


def missing():
    """Attachments whose bytes are not there, or not those that were sent."""
    kept = store()
    return [
        each.filename
        for each in db.session.scalars(select(Attachment))
        if not kept.exists(each.sha256)
        or sha256(kept.path(each.sha256).read_bytes()).hexdigest() != each.sha256
    ]


@pytest.mark.parametrize("where, errno, words", BROKEN)
def test_a_disk_that_refuses_leaves_neither_request_nor_row(
    as_carl, acting, monkeypatch, where, errno, words
):
    form = {"title": "The printer", "content": "It burns.", "submission_key": str(uuid4())}

    def refuse(*_given, **_more):
        raise OSError(errno, "refused")

    with monkeypatch.context() as broken:
        broken.setattr(where, refuse)
        page = as_carl.post("/portal/tickets", {**form, "files": [a_file(b"one"), a_file(b"two")]})

    assert page.status == 507
    assert f"The file could not be saved: {words}. Nothing was saved." in page.text
    assert 'value="The printer"' in page.html
    with acting("ana"):
        assert count(Ticket, Comment, Attachment, Blob) == [0, 0, 0, 0]

    again = as_carl.post("/portal/tickets", {**form, "files": [a_file(b"one"), a_file(b"two")]})
    assert again.status == 303
    with acting("ana"):
        assert count(Ticket, Comment, Attachment, Blob) == [1, 1, 2, 2]
        assert missing() == []


def test_a_disk_that_refuses_leaves_the_answer_unsaid(as_carl, number, acting, monkeypatch):
    def refuse(*_given):
        raise OSError(ENOSPC, "full")

    monkeypatch.setattr("helpdesk.files.store._sync", refuse)
    page = as_carl.post(f"/portal/tickets/{number}/replies", {"content": "See.", "files": [a_file(b"x")]})

    assert page.status == 507
    assert "It burns." in page.text
    assert re.search(r"<textarea[^>]*>\s*See.</textarea>", page.html)
    with acting("ana"):
        assert count(Comment, Attachment) == [1, 0]


def test_under_failures_and_collectors_no_message_loses_its_file(own_app, monkeypatch):
    """A third of the writes fail, contents repeat, and all the while the collector takes whatever it can get."""
    keep, chance = Store.keep, random.Random(7)

    def keep_or_refuse(self, draft):
        if chance.random() < 0.3:
            raise NotStored("The file could not be saved: the disk is full. Nothing was saved.")
        return keep(self, draft)

    monkeypatch.setattr(Store, "keep", keep_or_refuse)
    monkeypatch.setattr(Store, "sweep_drafts", lambda *_, **__: None)  # those here are of the living
    monkeypatch.setattr(operations, "FRESH", timedelta(seconds=-60))
    answers, done = [], threading.Event()

    def send(seed):
        browser, own = customer(own_app), random.Random(seed)
        for _ in range(12):
            contents = [f"content {own.randrange(8)}".encode() for _ in range(own.randrange(1, 4))]
            form = {"title": "T", "content": "C", "files": [a_file(each) for each in contents]}
            answers.append(browser.post("/portal/tickets", form).status)

    def collect():
        while not done.wait(0.05):
            with working(own_app):
                operations.collect_orphans()

    collector = threading.Thread(target=collect)
    senders = [threading.Thread(target=send, args=[seed]) for seed in range(4)]
    for each in (collector, *senders):
        each.start()
    for sender in senders:
        sender.join()
    done.set()
    collector.join()

    assert set(answers) == {303, 507}
    with working(own_app):
        assert count(Ticket) == [answers.count(303)]
        assert missing() == []
    tally("requests sent to an unreliable disk", len(answers))


def test_purged_requests_take_their_bytes_along_unless_somebody_needs_them(own_app):
    browser = customer(own_app)
    for title, contents in (("gone", (b"only here", b"shared")), ("kept", (b"shared", b"other"))):
        files = [a_file(content, f"{place}.txt") for place, content in enumerate(contents)]
        browser.post("/portal/tickets", {"title": title, "content": "C", "files": files})

    with working(own_app):
        ticket = db.session.scalars(select(Ticket).where(Ticket.title == "gone")).one()
        delete(ticket, by=db.session.get_one(User, current.SYSTEM_USER_ID))
        ticket_id, config = ticket.id, configuration()
    with working(own_app), owner_connection(config) as connection:
        assert purge(connection, ticket_ids=[ticket_id], by_id=current.SYSTEM_USER_ID).tickets == 1
    with clock.freeze(clock.now() + timedelta(days=2)), working(own_app):
        operations.collect_orphans()

    with working(own_app):
        assert missing() == []
        assert count(Attachment) == [2]
        left = [
            word for word in (b"only here", b"shared", b"other") if store().exists(sha256(word).hexdigest())
        ]
    assert left == [b"shared", b"other"]
