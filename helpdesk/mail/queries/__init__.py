"""What is asked about correspondence: letters that go out, mails that came in, what administrators must know."""

from helpdesk.mail.queries.outbox import (
    ORDERS,
    mails_mentioning,
    one_recipient,
    outbox_counts,
    outbox_rows,
    recipients_of,
)

__all__ = [
    "ORDERS",
    "mails_mentioning",
    "one_recipient",
    "outbox_counts",
    "outbox_rows",
    "recipients_of",
]
