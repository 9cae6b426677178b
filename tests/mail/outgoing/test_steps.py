"""Each step of a delivery is committed: while a server is being talked to, that can be seen and no row is locked."""

from contextlib import ExitStack

import pytest
from sqlalchemy import select, text

from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.mail import smtp
from helpdesk.mail.models import OutboxRecipient
from helpdesk.tickets.operations import open_ticket
from tests.conftest import person_named
from tests.mail.outgoing.conftest import sending_mailbox


@pytest.fixture
def in_own(own_app):
    """`with in_own():` works in the desk of the test, and commits."""

    def entered():
        stack = ExitStack()
        stack.enter_context(own_app.app_context())
        stack.enter_context(current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID))
        stack.enter_context(unit_of_work())
        return stack

    return entered


def test_it_is_marked_before_and_after_and_nothing_is_held_meanwhile(own_app, in_own, sink, monkeypatch):
    with in_own():
        sending_mailbox(sink, "support@desk.example", is_default=True)
        carl = person_named("carl")
        open_ticket(requester=carl, by=carl, title="The printer is on fire", description="It burns.")
    seen = []
    bring = smtp.Courier.bring

    def looked_at(courier, envelope):
        with db.engine.connect() as other:
            other.execute(text("set role helpdesk_app"))
            seen.extend(other.scalars(select(OutboxRecipient.state)))
            other.execute(select(OutboxRecipient.id).with_for_update(nowait=True))
        return bring(courier, envelope)

    monkeypatch.setattr(smtp.Courier, "bring", looked_at)
    run_waiting_jobs(own_app)

    assert seen == ["sending"]
    assert len(sink.mails) == 1
    with in_own():
        assert db.session.scalars(select(OutboxRecipient.state)).all() == ["sent"]


def test_a_worker_that_died_after_the_server_took_it_sends_the_same_mail_again(
    own_app, in_own, sink, monkeypatch
):
    with in_own():
        sending_mailbox(sink, "support@desk.example", is_default=True)
        carl = person_named("carl")
        open_ticket(requester=carl, by=carl, title="The printer is on fire", description="It burns.")
    bring = smtp.Courier.bring

    def die(courier, envelope):
        bring(courier, envelope)
        raise SystemExit

    monkeypatch.setattr(smtp.Courier, "bring", die)
    with pytest.raises(SystemExit):
        run_waiting_jobs(own_app)
    monkeypatch.setattr(smtp.Courier, "bring", bring)
    with in_own():
        assert db.session.scalars(select(OutboxRecipient.state)).all() == ["sending"]
        db.session.execute(text("update procrastinate_jobs set status = 'todo' where status = 'doing'"))
    run_waiting_jobs(own_app)

    first, second = sink.mails
    assert first.message["Message-ID"] == second.message["Message-ID"]
    with in_own():
        assert db.session.scalars(select(OutboxRecipient.state)).all() == ["sent"]
