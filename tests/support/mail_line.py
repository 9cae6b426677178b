"""The whole way of a mail in a process one can kill: fetched, filed, answered, sent. Run as `python -m`, one line of
JSON on its standard input for each round; every round is a fork, so that it costs no start and may die anywhere.

A round does all there is to do, in the order of a desk: look at the mailbox, run what is due, answer every ticket that
nobody answered, run what is due. `die_at` is a point of helpdesk.core.faults; `largest_file` makes every file that
would grow larger fail as on a full disk.
"""

import json
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from io import BytesIO

from flask import Flask
from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.app import create_app
from helpdesk.background.running import run_next
from helpdesk.background.worker import recover
from helpdesk.cli import mail_receive
from helpdesk.core import clock, current, faults
from helpdesk.core.current import SYSTEM_USER_ID, Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.mail.doors import imap
from helpdesk.mail.doors.accounts import account_of
from helpdesk.mail.doors.watching import Watch
from helpdesk.mail.models import Mailbox
from helpdesk.tickets.models import Comment, HeldFor, Ticket
from helpdesk.tickets.operations.holding import Hold
from helpdesk.tickets.operations.replying import reply
from tests.support import databases

DONE, FAILED = 0, 1
BRIEFLY = timedelta(milliseconds=500)
LONGEST_ROUND = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Round:
    """What one round is to do, and where it is to end."""

    die_at: str = ""
    largest_file: int = 0
    """Bytes; 0: as large as they like."""
    pipe: str = ""
    """A mail that comes through the pipe, as text."""
    http: str = ""
    """A mail that comes through the HTTP door, as text."""


def carry_out(app: Flask, mailbox_id: int, wanted: Round) -> None:
    """One round. Raises what goes wrong in a door."""
    if wanted.pipe:
        through_the_pipe(wanted.pipe.encode())
    if wanted.http:
        through_http(app, wanted.http.encode())
    fetch(app, mailbox_id)
    run_jobs(app)
    if answer_all(app, are_held=wanted.die_at.startswith("held")):
        time.sleep(BRIEFLY.total_seconds())
    run_jobs(app)


def fetch(app: Flask, mailbox_id: int) -> None:
    with entering(app), unit_of_work():
        account = account_of(db.session.get_one(Mailbox, mailbox_id))
    with imap.connected(account) as client:
        Watch(app, mailbox_id).look(client, account)


def through_the_pipe(raw: bytes) -> None:
    """As an MTA hands it over. Raises AssertionError where it is told to try again."""
    code, said = mail_receive.taken_in(BytesIO(raw), "support@desk.test", None)
    assert code == mail_receive.OK, said


def through_http(app: Flask, raw: bytes) -> None:
    """As a mail provider hands it over."""
    answer = app.test_client().post(
        "/mail/support@desk.test",
        data=raw,
        headers={"Authorization": f"Bearer {os.environ['DOOR_SECRET']}", "Content-Type": "message/rfc822"},
    )
    assert answer.status_code < 300, answer.status


def run_jobs(app: Flask) -> None:
    recover(app)
    while run_next(app):
        pass


def answer_all(app: Flask, *, are_held: bool) -> bool:
    """Answer whoever waits. Some answers, or all, can be taken back for a moment. Returns whether one can."""
    can_be_taken_back = False
    with entering(app), unit_of_work():
        agent = db.session.scalars(
            select(User).where(User.is_staff, ~User.is_system).order_by(User.id)
        ).first()
        assert agent is not None  # the cast has some
        answered = select(Comment.ticket_id).where(Comment.author_id == agent.id)
        unanswered = db.session.scalars(
            select(Ticket).where(Ticket.via == Via.MAIL, Ticket.id.not_in(answered)).order_by(Ticket.id)
        ).all()
        for ticket in unanswered:
            current.change(user_id=agent.id)
            hold = (
                Hold(until=clock.now() + BRIEFLY, reason=HeldFor.UNDO)
                if are_held or ticket.id % 3 == 0
                else None
            )
            can_be_taken_back |= hold is not None
            reply(ticket, by=agent, content=f"answer to {ticket.title}", hold=hold)
    return can_be_taken_back


def entering(app: Flask):  # type: ignore[no-untyped-def]  # two contexts in one
    from contextlib import ExitStack

    stack = ExitStack()
    stack.enter_context(app.app_context())
    stack.enter_context(current.entering(Via.CLI, user_id=SYSTEM_USER_ID))
    return stack


def fork(app: Flask, mailbox_id: int, wanted: Round) -> dict[str, object]:
    """One round in a process of its own. Returns how that ended."""
    child = os.fork()
    if child == 0:
        os._exit(_in_the_child(app, mailbox_id, wanted))
    until = time.monotonic() + LONGEST_ROUND
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            break
        if time.monotonic() > until:
            os.kill(child, 9)
            os.waitpid(child, 0)
            raise TimeoutError(f"a round took longer than {LONGEST_ROUND} s: {wanted}")
        time.sleep(0.002)
    if os.WIFSIGNALED(status):
        return {"killed": os.WTERMSIG(status), "status": None}
    return {"killed": None, "status": os.WEXITSTATUS(status)}


def _in_the_child(app: Flask, mailbox_id: int, wanted: Round) -> int:
    faults.arm(wanted.die_at)
    if wanted.largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (wanted.largest_file, wanted.largest_file))
    try:
        carry_out(app, mailbox_id, wanted)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}"[:500] + "\n")
        sys.stderr.flush()
        return FAILED
    return DONE


def main() -> None:
    from helpdesk.config import Config

    app = create_app(Config.from_environ())
    mailbox_id = int(os.environ["MAILBOX_ID"])
    databases.dispose(app)  # no connection may be shared with a fork
    for line in sys.stdin:
        sys.stdout.write(json.dumps(fork(app, mailbox_id, Round(**json.loads(line)))) + "\n")
        sys.stdout.flush()


def as_line(wanted: Round) -> str:
    return json.dumps(asdict(wanted)) + "\n"


if __name__ == "__main__":
    main()
