"""One symbol of static/img/icons.svg as pages draw it: dozens of times each, so kept by all it is made of."""

from functools import lru_cache

from flask import Flask
from markupsafe import Markup, escape

from helpdesk.web.assets import icon_url

TURNING = frozenset({"arrow-left", "chevron-left", "chevron-right", "reply", "send", "undo", "sign-out"})
"""Arrows, which turn with the script."""


def icon(name: str, size: str = "", label: object = "") -> Markup:
    """Decoration unless `label` names it. `size`: sm, lg, xl. Raises LookupError for a name that would draw nothing."""
    return _drawn(icon_url(name), name in TURNING, size, escape(label) if label else Markup())


@lru_cache(maxsize=2048)
def _drawn(url: str, turns: bool, size: str, label: Markup) -> Markup:
    look = " ".join(part for part in ("icon", size, "turns" if turns else "") if part)
    named = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" {}><use href="{}"/></svg>').format(look, named, url)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(draw_icon=icon)
