"""The catalogue of pages leaves none out."""

from collections import Counter

from flask import Flask

from tests.support.furnished import furnish
from tests.support.pages import PAGES, PARTS, forgotten, lost
from tests.support.pages.visiting import answers
from tests.support.real_desk import RealDesk


def test_every_address_that_can_be_opened_is_in_the_catalogue(app: Flask) -> None:
    missing = "".join(
        f"\nadd to PAGES or PARTS in {file} a line for each state of: {', '.join(sorted(endpoints))}"
        for file, endpoints in forgotten(app).items()
    )

    assert not missing, missing


def test_every_line_leads_somewhere_and_has_a_name_of_its_own(app: Flask) -> None:
    names = Counter(page.name for page in (*PAGES, *PARTS))

    assert lost(app) == []
    assert [name for name, count in names.items() if count > 1] == []


def test_every_line_answers_as_it_says(own_app: Flask) -> None:
    desk = RealDesk(own_app)
    places = furnish(desk)
    seen = {page.name: answer.status for page, answer in answers(desk, places)}

    assert seen == {page.name: page.status for page in (*PAGES, *PARTS)}
