"""A moment as pages show it: dozens of times each, so that what was written is kept by all it is made of."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Literal

from flask import Flask
from markupsafe import Markup

from helpdesk.web import moments

Style = Literal["relative", "short", "compact", "date", "exact"]
WORDS: Mapping[Style, Callable[[datetime], str]] = {
    "relative": moments.relative,
    "short": lambda moment: moments.relative(moment, short=True),
    "compact": moments.compact,
    "date": moments.date,
    "exact": moments.exact,
}
COUNTED_ON = ("relative", "short")
"""Those that static/js/relative_time.js keeps true."""
ForADay = Literal["compact", "date", "exact"]
"""Those that say the same all day long."""


def time(moment: datetime | None, style: Style = "relative", prefix: str = "") -> Markup:
    """relative “4 min ago” · short “4 min” (columns) · compact “Yesterday, 16:12” (threads) · exact · date."""
    return time_said(moment, WORDS[style](moment), style, prefix) if moment else Markup()


def dated(moment: datetime | None, style: ForADay = "compact") -> Markup:
    """The same as it is written all day long: for what is kept by the day."""
    return time(moment, style)


def time_said(moment: datetime | None, text: str, style: Style = "relative", prefix: str = "") -> Markup:
    """The same where the words are known already."""
    if not moment:
        return Markup()
    return _drawn(moment.isoformat(timespec="seconds"), moments.exact(moment), text, style, prefix)


@lru_cache(maxsize=moments.MOST_KEPT, typed=True)  # a prefix may be markup
def _drawn(machine: str, exact: str, text: str, style: Style, prefix: str) -> Markup:
    counts_on = Markup(' data-relative="{}"').format(style) if style in COUNTED_ON else ""
    frame = Markup('<time datetime="{}" title="{}"{}>{}<bdi>{}</bdi></time>')
    return frame.format(machine, exact, counts_on, prefix, text)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(draw_time=time, draw_dated=dated, draw_time_said=time_said)
