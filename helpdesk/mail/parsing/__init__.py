"""From the bytes of a mail to typed plain values: pure, without a database, for any input whatever."""

from helpdesk.mail.parsing.parsed import ParsedMail
from helpdesk.mail.parsing.reading import parse

__all__ = ["ParsedMail", "parse"]
