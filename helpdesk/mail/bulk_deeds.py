"""What correspondence adds to what can be done to many tickets: lost answers sent again, or seen to."""

from helpdesk.mail.operations.resending import foresee_resending, resend_all
from helpdesk.mail.policy import can_send_again_any
from helpdesk.tickets.bulk.deeds import Doing, Kind, register
from helpdesk.tickets.operations import bulk

RESEND, SEEN_TO = "resend", "seen_to"


def _resend(_value: str) -> Doing:
    return Doing(lambda tickets, *, by, is_quiet: resend_all(tickets, by=by), foresee_resending)


def _seen_to(_value: str) -> Doing:
    return Doing(
        lambda tickets, *, by, is_quiet: bulk.dismiss_failures_of_all(tickets, by=by),
        lambda tickets: bulk.foresee(tickets, bulk.seen_to()),
    )


register(Kind(RESEND, can_send_again_any, _resend, is_undoable=False))  # letters that left do not come back
register(Kind(SEEN_TO, can_send_again_any, _seen_to))
