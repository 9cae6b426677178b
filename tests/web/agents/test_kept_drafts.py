"""Drafts on the desk: saved while typing, there in another browser, and gone with their message."""

import io
import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.tickets.models import Draft
from helpdesk.tickets.operations import delete
from tests.support.statements import counted_statements
from tests.web.agents.conftest import ticket_numbered
from tests.web.agents.test_replies import chosen_mode, typed
from tests.web.agents.test_uploads import png, send


def path(number):
    return f"/agent/tickets/{number}/draft"


@pytest.fixture
def drafts(acting):
    def look():
        with acting("ada"):
            return [
                (each.mode.value, each.content)
                for each in db.session.scalars(select(Draft).order_by(Draft.id))
            ]

    return look


def test_what_is_saved_stands_in_the_composer_of_its_writer_alone(as_ana, as_ben, number):
    saved = as_ana.post(path(number), {"content_html": "<div>Use <b>water</b>.</div>", "mode": "note"})

    assert saved.status == 200
    assert re.fullmatch(r"Draft saved \d+:\d\d.*", saved.response.get_json()["words"])
    page = as_ana.get(f"/agent/tickets/{number}")
    assert (typed(page), chosen_mode(page)) == ("Use water.", "note")
    assert 'data-html="&lt;div&gt;Use &lt;b&gt;water&lt;/b&gt;.&lt;/div&gt;"' in page.html
    assert "Draft saved" in page.text
    assert typed(as_ben.get(f"/agent/tickets/{number}")) == ""


def test_the_last_save_wins_and_a_page_left_open_finds_out(as_ana, number):
    first = as_ana.post(path(number), {"content": "First."}).response.get_json()
    as_ana.client.put(path(number), data={"content": "Second.", "csrf_token": as_ana.csrf_token})

    state = as_ana.get(path(number)).response.get_json()
    assert state["html"] == "<p>Second.</p>"
    assert state["version"] > first["version"]


def test_an_empty_one_is_none(as_ana, number, drafts):
    as_ana.post(path(number), {"content": "First."})

    answer = as_ana.post(path(number), {"content_html": "<div><br></div>"})

    assert answer.response.get_json() == {"version": "", "words": ""}
    assert drafts() == []


@pytest.mark.parametrize("place, mode", [("replies", "reply"), ("notes", "note")])
def test_sending_forgets_it(as_ana, number, drafts, place, mode):
    as_ana.post(path(number), {"content": "Use water."})

    as_ana.post(f"/agent/tickets/{number}/{place}", {"content": "Use water.", "mode": mode})

    assert drafts() == []
    assert as_ana.get(path(number)).response.get_json()["version"] == ""


def test_a_refused_message_forgets_nothing(as_ana, number, drafts):
    as_ana.post(path(number), {"content": "Use water."})

    page = as_ana.post(
        f"/agent/tickets/{number}/replies", {"content_html": "<div>Use more.</div>", "mode": "note"}
    )

    assert page.status == 422
    assert typed(page) == "Use more."
    assert "data-unkept" in page.html
    assert drafts() == [("reply", "<p>Use water.</p>")]


def test_a_save_that_comes_after_the_message_is_late(as_ana, number, drafts):
    key = str(uuid4())
    as_ana.post(f"/agent/tickets/{number}/replies", {"content": "Use water.", "submission_key": key})

    late = as_ana.post(path(number), {"content": "Use water.", "submission_key": key})

    assert late.response.get_json()["version"] == ""
    assert drafts() == []


def test_discarding_leads_back_to_an_empty_composer(as_ana, number, drafts):
    send(as_ana, number)
    as_ana.post(path(number), {"content": "Never mind."})

    page = as_ana.post(f"{path(number)}/deletion", follow=True)

    assert "Draft discarded." in page.text
    assert typed(page) == ""
    assert page.html.count("data-file=") == 1  # the template's
    assert drafts() == []


def test_pictures_in_a_draft_are_those_of_its_writer(as_ana, as_ben, number, drafts):
    own = send(as_ana, number, png(), "a.png", is_inline="1").response.get_json()["id"]
    foreign = send(as_ben, number, png(), "b.png", is_inline="1").response.get_json()["id"]

    as_ana.post(
        path(number), {"content_html": f'<img src="/files/{own}"><img src="/files/{foreign}"><img src=x>'}
    )

    assert drafts() == [("reply", f'<img src="/files/{own}" alt="a.png">')]


def test_an_endless_one_is_refused_with_a_sentence(as_ana, number, drafts):
    answer = as_ana.post(path(number), {"content": "x" * 100_001})

    assert answer.status == 422
    assert "Attach it as a file instead." in answer.response.get_json()["error"]
    assert drafts() == []


@pytest.mark.parametrize("name", ["carl", "olga"])
def test_customers_have_none(browser, number, drafts, name):
    assert browser(name).post(path(number), {"content": "x"}).status == 303
    assert browser(name).get(path(number)).status == 303
    assert drafts() == []


def test_a_ticket_that_is_deleted_or_does_not_exist_takes_none(as_ana, number, acting, drafts):
    with acting("ada") as ada:
        delete(ticket_numbered(number), by=ada)

    for address in (path(number), path("HD-999999")):
        assert as_ana.post(address, {"content": "x"}).status == 404
        assert as_ana.get(address).status == 404
        assert as_ana.post(f"{address}/deletion").status == 404
    assert drafts() == []


def test_without_rights_to_answer_there_is_no_draft(as_ben, number, permitted):
    permitted("ben", Permission.SEE_EVERY_TICKET)

    assert as_ben.post(path(number), {"content": "x"}).status == 403


def test_saving_is_cheap(as_ana, number):
    as_ana.post(path(number), {"content": "First."})

    with counted_statements() as seen:
        as_ana.post(path(number), {"content": "Second."})

    assert len(seen) <= 10, seen


def test_without_script_a_button_keeps_text_and_files(as_ana, number, drafts):
    page = as_ana.post(
        path(number),
        {"content": "Use water.", "mode": "note", "save": "1", "files": (io.BytesIO(b"plan"), "plan.txt")},
        content_type="multipart/form-data",
        follow=True,
    )

    assert "Draft saved." in page.text
    assert (typed(page), chosen_mode(page)) == ("Use water.", "note")
    assert "Send plan.txt along" in page.html
    assert drafts() == [("note", "<p>Use water.</p>")]


def test_without_script_what_is_refused_is_kept_on_the_page(as_ana, number, drafts):
    page = as_ana.post(path(number), {"content": "x" * 100_001, "save": "1"})

    assert page.status == 422
    assert len(typed(page)) == 100_001
    assert drafts() == []
