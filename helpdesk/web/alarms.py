"""What administrators must know about the mail and the desk, in words, each with the page where it is dealt with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, url_for

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.mail.queries.alarms import Alarm, AlarmKind, alarms
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext


@dataclass(frozen=True, slots=True)
class Told:
    """One alarm. `detail` is what a server said."""

    text: str
    url: str
    tone: str = "red"
    detail: str = ""
    since: datetime | None = None


def alarms_for(user: User) -> list[Told]:
    """All there are, for who may deal with them. Costs one statement a request, however often it is asked."""
    if not user.may(Permission.MANAGE_DESK):
        return []
    if "alarms" not in g:
        g.alarms = [_told(each) for each in alarms()]
    found: list[Told] = g.alarms
    return found


def _told(alarm: Alarm) -> Told:
    endpoint, values = _PLACES.get(alarm.kind, ("admin.mailboxes.show", {"mailbox_id": alarm.mailbox_id}))
    tone = "amber" if alarm.kind in _MILD else "red"
    return Told(_SENTENCES[alarm.kind](alarm), url_for(endpoint, **values), tone, alarm.detail, alarm.since)


def _permission(alarm: Alarm) -> str:
    if alarm.since is not None and alarm.since < clock.now():
        return _("The permission for the mailbox %(name)s has ended: renew it.", name=alarm.mailbox)
    return _("The permission for the mailbox %(name)s ends soon: renew it.", name=alarm.mailbox)


_MILD = frozenset({AlarmKind.STRANGERS, AlarmKind.BRAKE, AlarmKind.LOOP})
_PLACES: Mapping[AlarmKind, tuple[str, dict[str, Any]]] = {
    AlarmKind.READING: ("admin.access.index", {"kind": "limit_reached"}),
    AlarmKind.QUARANTINED: ("admin.inbound.index", {"verdict": "quarantined"}),
    AlarmKind.FAILED: ("admin.inbound.index", {"verdict": "failed"}),
    AlarmKind.WAITING: ("admin.inbound.index", {"verdict": "waiting"}),
    AlarmKind.LOOP: ("admin.inbound.index", {"verdict": "suspended"}),
    AlarmKind.STRANGERS: ("admin.inbound.index", {"verdict": "strangers"}),
}
_SENTENCES: Mapping[AlarmKind, Callable[[Alarm], str]] = {
    AlarmKind.READING: lambda alarm: ngettext(
        "%(num)d account was stopped today: it read very much within an hour.",
        "%(num)d accounts were stopped today: they read very much within an hour.",
        alarm.count,
    ),
    AlarmKind.QUARANTINED: lambda alarm: ngettext(
        "%(num)d mail is quarantined: somebody has to look at it.",
        "%(num)d mails are quarantined: somebody has to look at them.",
        alarm.count,
    ),
    AlarmKind.FAILED: lambda alarm: ngettext(
        "%(num)d mail could not be read or filed.",
        "%(num)d mails could not be read or filed.",
        alarm.count,
    ),
    AlarmKind.WAITING: lambda alarm: ngettext(
        "%(num)d mail waits to be read for too long: is a worker running?",
        "%(num)d mails wait to be read for too long: is a worker running?",
        alarm.count,
    ),
    AlarmKind.LOOP: lambda alarm: ngettext(
        "%(num)d mail was stopped as part of a loop today.",
        "%(num)d mails were stopped as part of a loop today.",
        alarm.count,
    ),
    AlarmKind.STRANGERS: lambda alarm: ngettext(
        "%(num)d message of somebody who takes no part in its ticket is held.",
        "%(num)d messages of people who take no part in their tickets are held.",
        alarm.count,
    ),
    AlarmKind.FETCHING: lambda alarm: _("The mailbox %(name)s cannot be fetched.", name=alarm.mailbox),
    AlarmKind.SENDING: lambda alarm: _("The mailbox %(name)s cannot send.", name=alarm.mailbox),
    AlarmKind.BRAKE: lambda alarm: _(
        "The mailbox %(name)s has sent its limit for this hour: the rest waits.", name=alarm.mailbox
    ),
    AlarmKind.PERMISSION: _permission,
}
