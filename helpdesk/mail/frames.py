"""What stands around the words of every letter in HTML: a plain page whose style travels inside of it."""

from functools import cache

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from helpdesk.core.assets import assets_dir
from helpdesk.core.lines import one_line
from helpdesk.settings.catalogue import Desk

LARGEST_INLINED = 200_000
"""Characters beyond which a letter keeps its style in its head alone: the work grows with its size."""


def framed(content: Markup, *, desk: Desk, home: str) -> str:
    """The whole document, with its style on its elements: many mail programs read no style sheets."""
    document = (
        _templates()
        .get_template("frame.html")
        .render(
            content=content,
            desk_name=one_line(desk.desk_name),
            home=home,
            footer=desk.footer.strip(),
            accent=desk.accent_color or "#2b46c8",
            style=Markup(_style()),  # noqa: S704 — a file of ours
        )
    )
    return document if len(document) > LARGEST_INLINED else _inliner().inline(document)


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@cache
def _style() -> str:
    return (assets_dir("templates") / "emails" / "frame.css").read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    folder = assets_dir("templates") / "emails"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
