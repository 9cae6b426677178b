"""Letters on the console: how a newcomer follows a link before any mail server is connected."""

import sys

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail.models import DeliveryState, OutboxMessage
from helpdesk.mail.operations.linking import render_for_sending
from helpdesk.mail.policy import is_still_wanted
from helpdesk.mail.queries import recipients_of
from helpdesk.mail.rendering import Letter
from helpdesk.mail.senders import default_sender


def show_on_console(message: OutboxMessage) -> None:
    """Write whom it is for, its subject and its link to standard output, once. It still waits to be sent.

    Nothing is shown where a mailbox can send: it is on its way.
    """
    if default_sender() is not None:
        return
    message.printed_at = clock.now()
    for recipient in db.session.scalars(recipients_of(message.id)):
        if recipient.state is DeliveryState.WAITING and is_still_wanted(recipient):
            sys.stdout.write(summary(render_for_sending(recipient)))
    sys.stdout.flush()


def summary(letter: Letter) -> str:
    """Two lines for the console."""
    to = f"{letter.to_name} <{letter.to_email}>" if letter.to_name else letter.to_email
    return f"Mail to {to}: {letter.subject}\n  {letter.link}\n"
