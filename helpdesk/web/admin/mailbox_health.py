"""How a mailbox is: whether it fetches and sends, since when it does not, and what the server said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from helpdesk.core import clock
from helpdesk.web.languages import gettext as _

ENDS_SOON = timedelta(days=14)
QUIET = timedelta(minutes=15)
"""A folder that nobody has looked at for so long is not being looked at."""


@dataclass(frozen=True, slots=True)
class Health:
    """One sentence in a tone; `detail` is what a server said, `moment` since when or when last."""

    text: str
    tone: str = "grey"
    icon: str = "info"
    detail: str = ""
    moment: datetime | None = None


def health_of(row: Any) -> list[Health]:
    """What is to be said of a mailbox and its state, what needs somebody first; never nothing.

    `row` has the columns of mailboxes_list.health_columns().
    """
    if not row.is_active:
        return [Health(_("Paused"), icon="pause")]
    found = [*_wrong(row)]
    if row.connected_at is None:
        return [*found, Health(_("Not switched on"), "amber", "clock")]
    return found or [_well(row)]


def _wrong(row: Any) -> list[Health]:
    found = []
    if row.failed_at is not None:
        found.append(Health(_("Fetching fails"), "red", "warning", row.failure or "", row.failed_at))
    if row.send_failed_at is not None:
        found.append(
            Health(_("Sending fails"), "red", "mail-warning", row.send_failure or "", row.send_failed_at)
        )
    if row.braked_at is not None:
        found.append(Health(_("Send brake holds"), "amber", "pause", moment=row.braked_at))
    ends_at = row.oauth_ends_at
    if ends_at is not None and ends_at < clock.now() + ENDS_SOON:
        ended = ends_at < clock.now()
        text = _("Permission has ended") if ended else _("Permission ends soon")
        found.append(Health(text, "red" if ended else "amber", "key", moment=ends_at))
    return found


def _well(row: Any) -> Health:
    if row.imap_host is None:
        return Health(_("Takes what is brought"), "green", "check")
    if row.looked_at is None or row.looked_at < clock.now() - QUIET:
        return Health(_("Nobody looks into it"), "amber", "warning", moment=row.looked_at)
    return Health(_("Fetches"), "green", "check", moment=row.looked_at)
