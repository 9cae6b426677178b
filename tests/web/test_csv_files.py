"""Tables people take along: what a spreadsheet reads back is what we wrote, and nothing in it is a formula."""

import csv
import io
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from flask import g
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.web.csv_files import ROWS_AT_ONCE, csv_answer, is_dangerous, safe, written

WORDS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))
TRICKS = st.text(st.sampled_from("'=+-@|%\t\r\n \u00a0\u200b\ufeff＝＠ab1"), max_size=6)
TEXTS = WORDS | TRICKS


def read_back(header, rows):
    return list(csv.reader(io.StringIO("".join(written(header, rows)), newline=""), strict=True))


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2)))
def test_every_text_comes_back_apart_from_the_apostrophe(rows):
    assert read_back(["a", "b"], rows) == [["a", "b"], *([safe(cell) for cell in row] for row in rows)]


@given(TEXTS)
def test_each_text_can_be_had_back(text):
    cell = safe(text)
    assert (cell[1:] if cell.startswith("'") and is_dangerous(cell) else cell) == text


@given(TEXTS)
def test_what_is_dangerous_begins_with_an_apostrophe(text):
    assert safe(text).startswith("'") or not is_dangerous(text)


@pytest.mark.parametrize(
    "start", [*"=+-@|%\t\r\n＝＋－＠", " =", "\u00a0=", "\ufeff=", "\u200b\u200b@", "'=", "\x01+"]
)
def test_what_would_be_a_formula_is_a_text(start):
    assert safe(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize("text", ["", "'t Hooft", "a=b", "Zoë", "1 - 2", " ", "日本"])
def test_words_stay_as_they_are(text):
    assert safe(text) == text


@pytest.mark.parametrize(
    "cell, text",
    [
        (None, ""),
        (-3, "-3"),
        (-0.5, "-0.5"),
        (True, "true"),
        (False, "false"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22, 11, 4, 30, 999, tzinfo=UTC), "2026-11-22T11:04:30+00:00"),
        (datetime(2026, 11, 22, 11, 4, tzinfo=timezone(timedelta(hours=2))), "2026-11-22T09:04:00+00:00"),
    ],
)
def test_numbers_stay_numbers_and_moments_are_told_in_utc(cell, text):
    assert safe(cell) == text


def test_lines_end_as_the_standard_says_and_there_is_no_mark_of_the_byte_order():
    assert "".join(written(["name"], [['said "hi", twice'], ["two\nlines"]])) == (
        'name\r\n"said ""hi"", twice"\r\n"two\nlines"\r\n'
    )


def test_rows_are_asked_for_while_the_file_is_sent(bare):
    asked = []

    def rows():
        for number in range(ROWS_AT_ONCE * 3):
            asked.append(g.known)
            yield [number]

    with bare.test_request_context("/"):
        g.known = "what the request knows"
        answer = csv_answer("numbers.csv", ["number"], rows())
        assert asked == []
    pieces = answer.iter_encoded()
    assert next(pieces).startswith(b"number\r\n0\r\n")
    assert len(asked) == ROWS_AT_ONCE - 1
    assert b"".join(pieces).endswith(f"{ROWS_AT_ONCE * 3 - 1}\r\n".encode())
    answer.close()


def test_the_file_is_saved_under_its_name_and_never_shown(bare):
    with bare.test_request_context("/"):
        answer = csv_answer("täglich.csv", ["day"], [])
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="t_glich.csv"')
    answer.close()
