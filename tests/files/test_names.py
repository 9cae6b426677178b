"""File names as people see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.files.names import LONGEST, NAMELESS, clean_filename


@pytest.mark.parametrize(
    "sent, shown",
    [
        ("report.pdf", "report.pdf"),
        ("Bericht für März.pdf", "Bericht für März.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\carl\\photo.jpg", "photo.jpg"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\nc\td.txt", "ab c d.txt"),
        ("  spaced   out .txt  ", "spaced out .txt"),
        ("trailing... ", "trailing"),
        (".hidden", ".hidden"),
        ("e\u0301.txt", "é.txt"),
        ("\U0001f469\u200d\U0001f4bb.png", "\U0001f469\u200d\U0001f4bb.png"),
        ("\ufeffname.txt", "name.txt"),
        ("broken\ud800.txt", "broken .txt"),
        ("", NAMELESS),
        ("/", NAMELESS),
        ("...", NAMELESS),
        ("\u202e", NAMELESS),
    ],
)
def test_a_name_is_shown_without_path_and_tricks(sent: str, shown: str) -> None:
    assert clean_filename(sent) == shown


def test_a_long_name_keeps_its_extension() -> None:
    shown = clean_filename("x" * 500 + ".pdf")

    assert len(shown) == LONGEST
    assert shown.endswith("x.pdf")


def test_what_is_no_extension_is_cut() -> None:
    assert clean_filename("x." + "y" * 500) == "x." + "y" * (LONGEST - 2)


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_can_be_stored_and_shown(sent: str) -> None:
    shown = clean_filename(sent)

    assert 0 < len(shown) <= LONGEST
    assert not set(shown) & set("/\\\x00\r\n\t\u202e")
    shown.encode()
    assert clean_filename(shown) == shown
