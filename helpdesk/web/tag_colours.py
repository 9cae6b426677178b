"""The colours people choose for tags from: one for each tone a page has."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

COLOURS: Mapping[str, str] = {
    "grey": "#6b6b6b",
    "ink": "#2f4fd0",
    "teal": "#0f7490",
    "green": "#1f7a45",
    "amber": "#a05a00",
    "red": "#b42318",
}
"""The colour a tag is given for a tone."""

NAMES: Mapping[str, LazyString] = {
    "grey": _("Grey"),
    "ink": _("Blue"),
    "teal": _("Teal"),
    "green": _("Green"),
    "amber": _("Amber"),
    "red": _("Red"),
}
