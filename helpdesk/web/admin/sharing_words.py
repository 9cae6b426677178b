"""What an organization can share among its people, in words."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from helpdesk.accounts.models import Sharing

NAMES: Mapping[str, LazyString] = {
    Sharing.NONE: _("Nothing"),
    Sharing.MANAGERS: _("With its managers"),
    Sharing.EVERYONE: _("With everyone"),
}

HINTS: Mapping[str, LazyString] = {
    Sharing.NONE: _("Everybody sees their own requests, and those they take part in."),
    Sharing.MANAGERS: _("Managers also see and answer the requests of everybody in the organization."),
    Sharing.EVERYONE: _("Everybody sees and answers the requests of everybody in the organization."),
}

WIDTH: Mapping[str, int] = {Sharing.NONE: 0, Sharing.MANAGERS: 1, Sharing.EVERYONE: 2}
"""Who sees more than before after a change to one further down."""
