"""An answer for many tickets while the worker is killed under it: each customer gets it once, and none is left out."""

import time

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk.background.worker import run_waiting_jobs
from helpdesk.mail.models import MailPurpose, OutboxMessage
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.bulk import jobs
from helpdesk.tickets.bulk.writing import MOST_IN_ONE, REPLY, Letter
from helpdesk.tickets.models import BulkEdit, Comment, Ticket
from tests.security.test_h03_jobs_once import start_worker
from tests.support.real_desk import RealDesk

TICKETS, PATIENCE = 2 * MOST_IN_ONE + 1, 90.0


def test_each_gets_it_once_although_the_worker_is_killed(own_app: Flask) -> None:
    desk = RealDesk(own_app)
    with desk.doing("ada"):
        change_settings(acknowledges_requests=False)
    for place in range(TICKETS):
        desk.ask(f"ticket {place}")
    ids = [row[0] for row in desk.rows(select(Ticket.id).order_by(Ticket.id))]
    with desk.doing("ana") as ana:
        jobs.start(REPLY, Letter("We know of it.").kept, ids=ids, by=ana, list_path="/agent")

    worker = start_worker(own_app)
    try:
        _wait_for_a_piece(desk)  # the one after it is under way
    finally:
        worker.kill()
        worker.wait()
    assert _position(desk) < TICKETS
    ends = time.monotonic() + PATIENCE
    while _position(desk) < TICKETS and time.monotonic() < ends:
        run_waiting_jobs(own_app)  # the dead worker's connection may live a moment longer
        time.sleep(0.2)

    answers = select(Comment.ticket_id, func.count()).where(~Comment.is_opening).group_by(Comment.ticket_id)
    letters = select(OutboxMessage.ticket_id, func.count()).where(
        OutboxMessage.purpose == MailPurpose.TICKET_ANSWERED
    )
    once = [(each, 1) for each in ids]
    assert desk.rows(answers.order_by(Comment.ticket_id)) == once
    assert desk.rows(letters.group_by(OutboxMessage.ticket_id).order_by(OutboxMessage.ticket_id)) == once


def _wait_for_a_piece(desk: RealDesk) -> None:
    ends = time.monotonic() + PATIENCE
    while not _position(desk):
        if time.monotonic() > ends:
            pytest.fail("the worker began nothing")
        time.sleep(0.02)


def _position(desk: RealDesk) -> int:
    return int(desk.rows(select(BulkEdit.position))[0][0])
