"""The words of the settings' catalogue in the reader's language: names, groups, values."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString

from helpdesk.settings.catalogue import OPTIONS, Group
from helpdesk.settings.kinds import Choice, Count, Zone
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext

LONGEST_VALUE = 80

GROUPS: Mapping[Group, LazyString] = {
    Group.DESK: lazy("Address, time and language"),
    Group.REQUESTS: lazy("Requests"),
    Group.NOTICES: lazy("Mails the desk sends by itself"),
    Group.ACCESS: lazy("Who may come in"),
    Group.SIGN_IN: lazy("Staying signed in"),
    Group.RECORDS: lazy("Records of reading and signing in"),
    Group.BRANDING: lazy("Branding"),
}


def setting_name(name: str) -> str:
    """What people call a setting; those of no page by their own name."""
    label = OPTIONS[name].label if name in OPTIONS else ""
    return f"“{_(label)}”" if label else name.replace("_", " ")


def setting_value(name: str, value: Any) -> str:
    """One value of a setting in words."""
    option = OPTIONS.get(name)
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):  # what the desk remembers by itself: ids, which say nothing to people
        return ngettext("%(num)d entry", "%(num)d entries", len(value))
    if option is not None and isinstance(option.kind, Choice | Zone):
        return _(dict(option.kind.offered()).get(value, str(value)))
    if option is not None and isinstance(option.kind, Count) and option.unit:
        return f"{value} {_(option.unit)}"
    text = str(value)
    return f"“{text[:LONGEST_VALUE]}{'…' if len(text) > LONGEST_VALUE else ''}”"
