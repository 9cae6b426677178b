"""Which status an answer may leave a ticket in: what the composer's button does, and what its menu offers."""

from typing import NamedTuple

from helpdesk.tickets.models import TicketStatus
from helpdesk.tickets.models.status import MOVES
from helpdesk.web.filters import label, status_look
from helpdesk.web.languages import gettext as _

AS_USUAL = ""
"""No status is sent: an open ticket then waits for the customer, a settled one stays as it is."""

_OFFERED = (TicketStatus.IN_PROGRESS, TicketStatus.RESOLVED, TicketStatus.CLOSED, TicketStatus.OPEN)


class Choice(NamedTuple):
    """A line of the composer's menu."""

    value: str
    words: str
    look: str


def choices_after_reply(status: TicketStatus) -> list[Choice]:
    """The usual one first, then the moves that are possible from here."""
    usual = status if not _waits_after_reply(status) else TicketStatus.WAITING_ON_CUSTOMER
    others = [each for each in _OFFERED if each is not usual and (each is status or each in MOVES[status])]
    return [
        Choice(AS_USUAL, label(usual), status_look(usual)),
        *(Choice(each.value, label(each), status_look(each)) for each in others),
    ]


def send_words(status: TicketStatus) -> str:
    """What the button says it does."""
    return _("Send, then wait") if _waits_after_reply(status) else _("Send")


def _waits_after_reply(status: TicketStatus) -> bool:
    return status not in (TicketStatus.RESOLVED, TicketStatus.CLOSED)
