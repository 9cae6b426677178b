"""What the worker does with mails that came in: each is filed, and those whose job was lost are looked for."""

from helpdesk.background.jobs import Backoff, job
from helpdesk.core.db import db
from helpdesk.mail.models import InboundMessage
from helpdesk.mail.operations.filing import file_forgotten, file_message


@job(name="mail.file", retry=Backoff(times=8))
def file(inbound_id: int) -> None:
    """Give a mail its verdict. Its own tries are counted on its row: these are for the database's."""
    inbound = db.session.get(InboundMessage, inbound_id)
    if inbound is not None:
        file_message(inbound)


@job(name="mail.file_again")
def file_again() -> None:
    """Nothing waits for ever, whatever became of its job."""
    file_forgotten()
