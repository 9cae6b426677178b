"""Squares that a phone reads."""

import segno
from markupsafe import Markup

QUIET = 4
"""Modules of margin that readers need (ISO/IEC 18004)."""


def qr_code(text: str) -> Markup:
    """The text as SVG for a page: dark on white also in dark colours, where some cameras read nothing else."""
    drawn = segno.make(text, error="m", micro=False)
    svg = drawn.svg_inline(
        scale=5, border=QUIET, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(svg)  # noqa: S704 — made of squares, by segno
