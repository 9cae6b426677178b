"""What the worker does with the outbox."""

from helpdesk.background.jobs import Backoff, job
from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.mail.models import OutboxMessage
from helpdesk.mail.operations.showing import show_on_console


@job(name="mail.deliver", retry=Backoff(times=8))
def deliver(message_id: int) -> None:
    """No mail server is connected yet, so the message waits; where only this machine reaches the desk, it is shown."""
    message = db.session.get(OutboxMessage, message_id, with_for_update=True)
    if message is not None and message.printed_at is None and configuration().is_loopback:
        show_on_console(message)
