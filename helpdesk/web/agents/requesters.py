"""Who asks, as the card beside a ticket shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_skeleton
from flask import g, url_for

from helpdesk.accounts.policy import can_note_about
from helpdesk.core import clock
from helpdesk.tickets.models import Ticket
from helpdesk.web.languages import gettext as _
from helpdesk.web.moments import here, viewer_locale


@dataclass(frozen=True, slots=True)
class Card:
    """The requester and their organization: where their pages are, what is known, and what time it is for them."""

    url: str
    organization_url: str
    addresses: Sequence[Mapping[str, Any]]
    notes: str
    organization_notes: str
    local_time: str
    """On their clock, where their zone is known and is not the reader's; else empty."""
    can_note: bool
    others: Sequence[Mapping[str, Any]]

    @property
    def others_count(self) -> int:
        """How many other tickets they have, of which `others` are a few."""
        return int(self.others[0]["how_many"]) if self.others else 0


def card_of(
    ticket: Ticket, *, addresses: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> Card:
    organization = ticket.organization
    return Card(
        url=url_for("agents.people.show", person_id=ticket.requester_id),
        organization_url=(
            url_for("agents.organizations.show", organization_id=organization.id) if organization else ""
        ),
        addresses=addresses,
        notes=ticket.requester.notes,
        organization_notes=organization.notes if organization else "",
        local_time=_local_time(ticket.requester.time_zone),
        can_note=can_note_about(g.agent),
        others=others,
    )


def _local_time(zone_name: str | None) -> str:
    try:
        zone = ZoneInfo(zone_name or "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    now = clock.now()
    theirs = now.astimezone(zone)
    if theirs.replace(tzinfo=None) == here(now).replace(tzinfo=None):
        return ""
    hour = format_skeleton("Hm", theirs, locale=viewer_locale())
    away = (theirs.date() - here(now).date()).days
    if away > 0:
        return _("%(hour)s tomorrow", hour=hour)
    return _("%(hour)s yesterday", hour=hour) if away < 0 else hour
