"""What the worker does with letters: they are delivered, and those nobody attends to are looked for."""

from helpdesk.background.jobs import Backoff, enqueue, job
from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.mail.models import OutboxMessage
from helpdesk.mail.operations.delivering import deliver_message
from helpdesk.mail.operations.showing import show_on_console
from helpdesk.mail.operations.sweeping import attend_to_waiting


@job(name="mail.deliver", retry=Backoff(times=8), in_steps=True)
def deliver(message_id: int) -> None:
    """Send a letter, and come again for those who were put off. Where only this machine reaches the desk and no
    mailbox can send, it is shown there."""
    again = deliver_message(message_id)
    with unit_of_work():
        if again is not None:
            once = f"mail.deliver {message_id}"
            enqueue(deliver, run_at=again, once=once, lock=once, message_id=message_id)
        message = db.session.get(OutboxMessage, message_id, with_for_update=True)
        if message is not None and message.printed_at is None and configuration().is_loopback:
            show_on_console(message)


@job(name="mail.attend")
def attend() -> None:
    """Letters from before any mailbox could send, and those whose sender was lost with their job."""
    attend_to_waiting()
