"""Rows that are kept as they were drawn are those that would be drawn now, for every reader."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import get_type_hints

import pytest
from babel.support import NullTranslations
from flask import g
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from helpdesk.queues.looks import COLUMNS
from helpdesk.settings.catalogue import Desk
from helpdesk.tickets.models import TicketPriority, TicketStatus
from helpdesk.web.agents.queue_rows import TagMark, TicketRow
from helpdesk.web.agents.row_drawings import CHOSEN, USUAL, draw, row_drawings
from helpdesk.web.languages import PSEUDO, look_again
from tests.support.bare import bare_app

APP = bare_app()
WORDS = st.text(alphabet='ab <>&"é', max_size=8)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=700)).map(
    lambda age: datetime(2027, 12, 31, tzinfo=UTC) - age
)
BY_TYPE = {
    str: WORDS,
    bool: st.booleans(),
    datetime: MOMENTS,
    datetime | None: st.none() | MOMENTS,
    str | None: st.none() | WORDS,
    Markup | None: st.none() | WORDS.map(lambda words: Markup("<mark>%s</mark>") % words),
    TicketStatus: st.sampled_from(TicketStatus),
    TicketPriority: st.sampled_from(TicketPriority),
    tuple[TagMark, ...]: st.lists(
        st.builds(TagMark, WORDS, st.sampled_from(("grey", "red"))), max_size=2
    ).map(tuple),
    tuple[str, ...]: st.lists(WORDS, max_size=2).map(tuple),
}
ROWS = st.builds(
    TicketRow,
    **{name: BY_TYPE[kind] for name, kind in get_type_hints(TicketRow).items()},
)
CHOICES = st.sampled_from(((), COLUMNS, ("requester",), ("priority", "tags", "due")))
READERS = st.tuples(
    st.sampled_from(("UTC", "Asia/Tokyo")), st.sampled_from(("en", "de")), st.sampled_from((None, PSEUDO))
)


def read_by(zone: str, language: str, words: NullTranslations | None):
    """The next reader of this request: they read dates in a zone and a language, and words ours or accented."""
    look_again()
    g.desk = Desk(time_zone=zone)
    with force_locale(language):
        assert row_drawings((), has_box=True)
    if words:
        g.translations = words


@settings(deadline=None)
@given(row=ROWS, columns=CHOICES, readers=st.lists(st.tuples(READERS, st.booleans()), min_size=2, max_size=4))
def test_what_is_kept_is_what_each_reader_would_be_drawn(row, columns, readers):
    template = APP.jinja_env.get_template(CHOSEN if columns else USUAL)
    with APP.test_request_context("/"):
        for reader, has_box in readers * 2:
            read_by(*reader)
            assert row_drawings(columns, has_box=has_box)(row) == draw(template, row, columns, has_box)


def row(**values) -> TicketRow:
    moment = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    given = {
        str: "words", bool: False, datetime: moment, datetime | None: moment, str | None: "name",
        Markup | None: None, TicketStatus: TicketStatus.OPEN, TicketPriority: TicketPriority.HIGH,
        tuple[TagMark, ...]: (), tuple[str, ...]: (),
    }  # fmt: skip
    usual = {name: given[kind] for name, kind in get_type_hints(TicketRow).items()}
    return TicketRow(**{**usual, **values})


@pytest.mark.parametrize("columns", [(), COLUMNS])
def test_readers_of_other_languages_zones_and_rights_have_rows_of_their_own(columns):
    with APP.test_request_context("/"):
        drawn = set()
        for reader in (
            ("UTC", "en", None),
            ("Asia/Tokyo", "en", None),
            ("UTC", "de", None),
            ("UTC", "en", PSEUDO),
        ):
            for has_box in (True, False):
                read_by(*reader)
                drawn.add(row_drawings(columns, has_box=has_box)(row()))
    assert len(drawn) == 8


def test_every_value_of_a_row_tells_it_from_others():
    other = {
        "title": "other", "age": "5 min", "due_words": "late", "is_unread": True, "words": "other",
        "active_at": datetime(2026, 11, 22, 23, 31, tzinfo=UTC), "url": "/other",
    }  # fmt: skip
    with APP.test_request_context("/"):
        drawing = row_drawings((), has_box=True)
        first = drawing(row())
        assert all(drawing(replace(row(), **{name: value})) != first for name, value in other.items())
    assert all(each.compare for each in fields(TicketRow))
