"""Tests of helpdesk.web.filters and words: every value of an enum has words, every person a colour."""

from enum import StrEnum

import pytest
from flask import Flask

from helpdesk.tickets.models import TicketPriority, TicketStatus
from helpdesk.web import filters, words


@pytest.fixture(autouse=True)
def page(bare: Flask):
    with bare.test_request_context("/"):
        yield


@pytest.mark.parametrize("enum", [TicketStatus, TicketPriority])
def test_every_member_has_words(enum: type[StrEnum]):
    assert {str(member) for member in enum} <= set(words.LABELS)


@pytest.mark.parametrize("status", TicketStatus)
def test_every_status_has_a_shape_and_words_for_both_sides(status: TicketStatus):
    assert filters.status_look(status)
    assert filters.status_look(status, "customer")
    assert filters.customer_label(status) != ""


def test_labels_are_words_not_names():
    assert filters.label(TicketStatus.WAITING_ON_CUSTOMER) == "Waiting on customer"
    assert filters.customer_label(TicketStatus.WAITING_ON_CUSTOMER) == "Waiting for your answer"


def test_a_value_without_an_entry_is_spelled_out():
    assert filters.label("second_line") == "Second line"
    assert filters.tone("second_line") == "grey"


@pytest.mark.parametrize(
    "name, letters",
    [
        ("Ines Okafor", "IO"),
        ("Oluwaseun Adeyemi-Castellanos", "OA"),
        ("Anna Maria van den Berg", "AB"),
        ("petra", "P"),
        ("marta.lindqvist@tamsel.example", "ML"),
        ("孫 文", "孫文"),
        ("", "?"),
        (None, "?"),
        ("— · —", "?"),
    ],
)
def test_initials_are_of_the_first_and_last_word(name: str | None, letters: str):
    assert filters.initials(name) == letters


def test_a_persons_colour_stays_and_nobody_is_grey():
    assert filters.person_tone(7) == filters.person_tone(7)
    assert {filters.person_tone(number) for number in range(1, 20)} <= {
        "ink",
        "teal",
        "amber",
        "green",
        "red",
        "grey",
    }
    assert filters.person_tone(None) == "grey"


@pytest.mark.parametrize(
    "size, words",
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1 kB"), (3_140, "3.1 kB"), (412_000, "412 kB"), (2_300_000, "2.3 MB"),
     (5_000_000_000, "5 GB"), (5_000_000_000_000, "5,000 GB")],
)  # fmt: skip
def test_sizes_are_in_the_unit_people_read(size: int, words: str):
    assert filters.filesize(size) == words


@pytest.mark.parametrize(
    "content_type, kind, icon",
    [("image/png", "Image", "image"), ("application/pdf", "PDF", "file"), ("text/csv", "Table", "file"),
     ("text/plain", "Text", "file"), ("application/x-unknown", "File", "file"), ("", "File", "file")],
)  # fmt: skip
def test_files_are_called_by_what_they_are(content_type: str, kind: str, icon: str):
    assert (filters.file_kind(content_type), filters.file_icon(content_type)) == (kind, icon)
