"""Filing a mail: read in a process of its own, looked at, given its verdict. Safe to repeat and to break off."""

import logging
from datetime import timedelta

from sqlalchemy import select, update

from helpdesk.audit.acts import record
from helpdesk.audit.models import AuditAction
from helpdesk.background import failures
from helpdesk.background.jobs import Backoff
from helpdesk.core import clock, current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.events import publish
from helpdesk.core.faults import Point, passing
from helpdesk.files.store import store
from helpdesk.mail.events import FilingWanted
from helpdesk.mail.models import InboundMessage, Mailbox, Reason, Verdict
from helpdesk.mail.operations.filing.deciding import decide
from helpdesk.mail.operations.filing.mails import Mail, look_into
from helpdesk.mail.operations.filing.verdicts import Decision, TooEarly
from helpdesk.mail.parsing.child import Unreadable, parsed_safely

log = logging.getLogger(__name__)

TRIES = Backoff(times=5)
SOON = timedelta(seconds=1)
FORGOTTEN = timedelta(minutes=30)


def file_message(inbound: InboundMessage) -> None:
    """Give a waiting mail its verdict. What goes wrong is tried a few times, then it is FAILED with a sentence."""
    attempt = _count_try(inbound.id)
    if attempt is None:
        return
    mail = _locked(inbound.id)
    if mail is None:
        return
    current.change(via=Via.MAIL)
    try:
        with db.session.begin_nested():
            known = _read(mail)
        with db.session.begin_nested():  # what is known of it stays, whatever becomes of it
            decision = decide(known)
    except TooEarly:
        _try_again(mail, attempt=attempt)
        return
    except Exception as error:
        if attempt <= TRIES.times:
            _try_again(mail, attempt=attempt, error=error)
            return
        decision = _given_up(error)
    _settle(mail, decision)
    passing(Point.FILING_BEFORE_COMMIT)


def file_forgotten() -> None:
    """Ask once more for what has waited long: nothing waits for ever, whatever became of its job."""
    old = InboundMessage.created_at < clock.now() - FORGOTTEN
    waiting = select(InboundMessage.id).where(InboundMessage.verdict == Verdict.WAITING, old)
    for inbound_id in db.session.scalars(waiting.order_by(InboundMessage.id).limit(1_000)).all():
        publish(FilingWanted(inbound_id))


def _read(mail: InboundMessage) -> Mail:
    with store().open(mail.sha256) as content:
        raw = content.read()
    parsed = parsed_safely(raw)
    return look_into(mail, db.session.get_one(Mailbox, mail.mailbox_id), parsed)


def _count_try(inbound_id: int) -> int | None:
    """Note in a transaction of its own that it is being tried: also a try that kills its process counts."""
    with db.session.session_factory() as session, session.begin():
        counted = (
            update(InboundMessage)
            .where(InboundMessage.id == inbound_id, InboundMessage.verdict == Verdict.WAITING)
            .values(attempts=InboundMessage.attempts + 1)
            .returning(InboundMessage.attempts)
        )
        return session.scalar(counted, execution_options={"synchronize_session": False})


def _locked(inbound_id: int) -> InboundMessage | None:
    """The mail, ours until the commit, if it still waits."""
    waiting = select(InboundMessage).where(
        InboundMessage.id == inbound_id, InboundMessage.verdict == Verdict.WAITING
    )
    return db.session.scalars(
        waiting.with_for_update(), execution_options={"populate_existing": True}
    ).one_or_none()


def _try_again(mail: InboundMessage, *, attempt: int, error: Exception | None = None) -> None:
    db.session.refresh(mail)
    if error is None:  # not its fault
        mail.attempts = max(0, attempt - 1)
        wait = SOON
    else:
        log.warning(
            "Mail %s could not be filed at attempt %s: %s", mail.id, attempt, failures.one_line(error)
        )
        wait = TRIES.wait(attempt)
    db.session.flush()
    publish(FilingWanted(mail.id, run_at=clock.now() + wait))


def _given_up(error: Exception) -> Decision:
    if isinstance(error, Unreadable):
        return Decision(Verdict.FAILED, Reason.UNREADABLE, detail=error.reason)
    log.error("A mail could not be filed:\n%s", failures.trace(error))
    detail = error.sentence if isinstance(error, Unwelcome) else type(error).__name__
    return Decision(Verdict.FAILED, Reason.NOT_FILED, detail=detail)


def _settle(mail: InboundMessage, decision: Decision) -> None:
    """Write the verdict on the row; what claims more than it can prove is told to the trail as well."""
    mail.verdict, mail.reason, mail.detail = decision.verdict, decision.reason, decision.detail
    mail.decided_at = clock.now()
    mail.ticket_id = decision.ticket.id if decision.ticket else None
    mail.comment_id = decision.comment.id if decision.comment else None
    mail.sender_id = decision.person.id if decision.person else mail.sender_id
    mail.recipient_id = decision.recipient.id if decision.recipient else None
    db.session.flush()
    if decision.verdict is Verdict.QUARANTINED and decision.reason is not None:
        changes = {"verdict": [None, decision.verdict.value], "reason": [None, decision.reason.value]}
        record("inbound_messages", mail.id, AuditAction.UPDATE, changes)
