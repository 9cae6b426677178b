"""Rows of lists as HTML, kept: a row that looks as it did is not drawn again. What is kept depends on nothing but what
it is kept by: the row in its words, and who reads it only by language and zone.
"""

from collections.abc import Callable
from functools import lru_cache

from babel.support import NullTranslations
from flask import current_app
from jinja2 import Template
from markupsafe import Markup

from helpdesk.web.agents.queue_rows import TicketRow
from helpdesk.web.languages import translations
from helpdesk.web.moments import Manner, manner

MOST_KEPT = 2_500
"""Rows, of one to two thousand bytes each."""
USUAL, CHOSEN = "agents/queues/_row.html", "agents/views/_row.html"


def row_drawings(columns: tuple[str, ...], *, has_box: bool) -> Callable[[TicketRow], Markup]:
    """What draws the rows of a page: with the usual columns where none were chosen, and a box to tick or without."""
    template = current_app.jinja_env.get_template(CHOSEN if columns else USUAL)
    language, way = translations(), manner()

    def drawing(row: TicketRow) -> Markup:
        return _drawing(template, row, columns, has_box, language, way)

    return drawing


def draw(template: Template, row: TicketRow, columns: tuple[str, ...], has_box: bool) -> Markup:
    """The row as the reader of this request sees it."""
    drawn: Markup = template.module.ticket_row(row, has_box, columns)  # type: ignore[attr-defined]  # its macro
    return drawn


@lru_cache(maxsize=MOST_KEPT)
def _drawing(
    template: Template,
    row: TicketRow,
    columns: tuple[str, ...],
    has_box: bool,
    _language: NullTranslations,
    _manner: Manner,
) -> Markup:
    return draw(template, row, columns, has_box)
