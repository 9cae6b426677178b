"""Tests of helpdesk.web.errors: pages of the house, for everybody, without a database."""

import pytest
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from helpdesk.web.errors import MISHAPS, answer_http, answer_stale, mishap_for

PROMISED = [400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503]


@pytest.mark.parametrize("status", PROMISED)
def test_every_error_says_what_happened_and_what_to_do(bare: Flask, status: int):
    answer = bare.test_client().get(f"/errors/{status}")

    assert answer.status_code == status
    assert str(MISHAPS[status].title) in answer.text
    assert str(MISHAPS[status].text) in answer.text
    assert 'href="/"' in answer.text


def test_an_error_without_words_of_its_own_borrows_the_nearest():
    assert mishap_for(418) is MISHAPS[400]
    assert mishap_for(504) is MISHAPS[500]


@pytest.mark.parametrize(
    "name, status, sentence",
    [
        ("refused", 403, "Only the team lead assigns tickets of another team."),
        ("conflict", 409, "Ben changed the priority meanwhile."),
        ("gone", 410, "This link was used already."),
        ("too-many", 429, "Too many tries. Wait a minute."),
    ],
)
def test_what_an_operation_refuses_is_told_in_its_sentence(
    bare: Flask, name: str, status: int, sentence: str
):
    answer = bare.test_client().get(f"/refusals/{name}")

    assert answer.status_code == status
    assert sentence in answer.text


def test_too_many_tries_say_when_to_come_back(bare: Flask):
    assert bare.test_client().get("/refusals/too-many").headers["Retry-After"] == "60"


def test_a_wrong_method_says_which_ones_work(bare: Flask):
    answer = bare.test_client().delete("/styleguide")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_made_answer_passes_through(bare: Flask):
    with bare.test_request_context("/"):
        answer = answer_http(HTTPException(response=Response("made", 418)))

    assert (answer.status_code, answer.get_data(as_text=True)) == (418, "made")


def test_the_unforeseen_shows_neither_traceback_nor_sql(bare: Flask):
    bare.testing = False
    try:
        answer = bare.test_client().get("/boom")
    finally:
        bare.testing = True

    assert answer.status_code == 500
    assert str(MISHAPS[500].title) in answer.text
    assert "RuntimeError" not in answer.text
    assert "SELECT" not in answer.text


def test_the_page_carries_the_request_id_and_the_name_of_the_desk(bare: Flask):
    with bare.test_request_context("/"):
        g.request_id, g.desk_name = "7f3a19c2", "Velorna Support"
        page = answer_stale(None).get_data(as_text=True)  # type: ignore[arg-type]  # what went stale is not told

    assert "7f3a19c2" in page
    assert "Velorna Support" in page
    assert str(MISHAPS[409].title) in page


def test_errors_need_no_context_processor(bare: Flask):
    """Those ask the database, which may be what is broken."""

    def broken() -> dict[str, str]:
        raise ConnectionError("no database")

    bare.template_context_processors[None].append(broken)
    try:
        answer = bare.test_client().get("/errors/503")
    finally:
        bare.template_context_processors[None].remove(broken)

    assert answer.status_code == 503


def test_htmx_gets_a_banner_beside_what_was_typed(bare: Flask):
    answer = bare.test_client().get("/errors/409", headers={"HX-Request": "true"})

    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#flashes"
    assert "<html" not in answer.text
    assert 'role="alert"' in answer.text


def test_a_form_without_the_sign_of_our_pages_is_not_read(bare: Flask):
    answer = bare.test_client().post("/styleguide")

    assert answer.status_code in (400, 405)
