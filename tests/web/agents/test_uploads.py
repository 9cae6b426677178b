"""Files sent ahead of their message: whose they are, what is refused, and that nobody else reaches them."""

import io
from errno import ENOSPC
from importlib import import_module

import pytest
from PIL import Image
from sqlalchemy import func, select

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.files.models import Blob
from helpdesk.files.store import store
from helpdesk.tickets.models import Attachment, Comment, StagedFile
from helpdesk.tickets.operations import assign
from helpdesk.web.limits import Limits
from tests.conftest import person_named
from tests.support.at_once import at_once
from tests.web.agents.conftest import ticket_numbered


def png():
    content = io.BytesIO()
    Image.new("RGB", (3, 2)).save(content, "PNG")
    return content.getvalue()


def send(browser, number, content=b"plan", name="plan.txt", **more):
    return browser.post(
        f"/agent/tickets/{number}/uploads",
        {"file": (io.BytesIO(content), name), **more},
        content_type="multipart/form-data",
    )


@pytest.fixture
def waiting(acting):
    """The public ids of all files that wait."""

    def look():
        with acting("ada"):
            return list(db.session.scalars(select(StagedFile.public_id).order_by(StagedFile.id)))

    return look


def test_a_file_waits_under_its_address_and_its_sender_can_look_at_it(as_ana, number, waiting):
    answer = send(as_ana, number, png(), "../Bild\u202egnp.exe", is_inline="1")

    told = answer.response.get_json()
    assert answer.status == 201
    assert told["id"] == waiting()[0]
    assert told["url"] == f"/files/{told['id']}"
    assert (told["name"], told["type"], told["is_inline"]) == ("Bildgnp.exe", "image/png", True)
    assert told["words"].startswith("Image, ")
    shown = as_ana.get(told["url"])
    assert (shown.status, shown.headers["Content-Type"]) == (200, "image/png")
    assert as_ana.get(f"{told['url']}?original").response.data == png()
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "private, no-store"


def test_what_only_claims_to_be_a_picture_is_never_shown(as_ana, number):
    told = send(as_ana, number, b"<svg onload=alert(1)>", "a.png", is_inline="1").response.get_json()

    assert (told["type"], told["is_picture"], told["is_inline"]) == ("text/plain", False, False)
    assert as_ana.get(told["url"]).headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize("name", ["ben", "ada", "carl", "olga"])
def test_nobody_but_its_sender_reaches_it(as_ana, browser, number, name):
    address = send(as_ana, number).response.get_json()["url"]

    assert browser(name).get(address).status == 404


def test_who_is_not_signed_in_is_asked_to(as_ana, as_nobody, number):
    address = send(as_ana, number).response.get_json()["url"]

    assert as_nobody.get(address).status == 303


def test_sent_along_it_is_reached_by_who_reads_the_message(as_ana, as_ben, as_carl, as_olga, number):
    address = send(as_ana, number).response.get_json()["url"]
    public_id = address.removeprefix("/files/")

    as_ana.post(f"/agent/tickets/{number}/replies", {"content": "The plan.", "staged": public_id})

    statuses = [browser.get(address).status for browser in (as_ana, as_ben, as_carl, as_olga)]
    assert statuses == [200, 200, 200, 404]


def test_of_a_note_it_stays_with_staff(as_ana, as_ben, as_carl, number):
    public_id = send(as_ana, number).response.get_json()["id"]

    as_ana.post(
        f"/agent/tickets/{number}/notes", {"content": "The plan.", "mode": "note", "staged": public_id}
    )

    assert as_ben.get(f"/files/{public_id}").status == 200
    assert as_carl.get(f"/files/{public_id}").status == 404


class TestRefused:
    def test_a_foreign_teams_ticket_takes_none(self, as_ben, number, permitted, waiting):
        permitted("ben")

        assert send(as_ben, number).status in (403, 404)
        assert waiting() == []

    @pytest.mark.parametrize("name", ["carl", "olga"])
    def test_customers_cannot_send_any(self, browser, number, waiting, name):
        assert send(browser(name), number).status == 303
        assert waiting() == []

    def test_no_file_is_said(self, as_ana, number):
        answer = as_ana.post(f"/agent/tickets/{number}/uploads", {})

        assert answer.status == 422
        assert answer.response.get_json() == {"error": "No file came with this. Choose it again."}

    def test_more_than_a_message_takes_is_said(self, as_ana, number, waiting, monkeypatch):
        views = import_module("helpdesk.web.agents.uploads")
        monkeypatch.setattr(views, "limits", lambda: Limits(files=2, bytes=9))

        assert send(as_ana, number, b"x" * 10).status == 413
        assert [send(as_ana, number).status for _ in range(2)] == [201, 201]
        third = send(as_ana, number, b"")
        assert third.status == 413
        assert third.response.get_json()["error"] == "A message takes 2 files at most. Remove one first."
        assert len(waiting()) == 2

    def test_a_full_disk_leaves_no_row(self, as_ana, number, waiting, monkeypatch, acting):
        def refuse(*_args):
            raise OSError(ENOSPC, "no space")

        monkeypatch.setattr("helpdesk.files.store._sync", refuse)

        answer = send(as_ana, number)

        assert answer.status == 507
        assert "the disk is full" in answer.response.get_json()["error"]
        assert waiting() == []
        with acting("ada"):
            assert db.session.scalar(select(func.count()).select_from(Blob)) == 0

    def test_a_forged_form_sends_nothing(self, as_ana, number, waiting):
        answer = as_ana.post(
            f"/agent/tickets/{number}/uploads",
            {"csrf_token": "no", "file": (io.BytesIO(b"x"), "x.txt")},
            content_type="multipart/form-data",
        )

        assert answer.status >= 400
        assert waiting() == []


def test_the_bytes_are_on_the_disk_before_the_row_is_committed(real_desk, monkeypatch):
    number = real_desk.ask()
    browser = real_desk.browser("ana")
    kept = []
    commit = db.session.session_factory.class_.commit

    def watched(session):
        fresh = [each for each in session.new if isinstance(each, StagedFile)]
        rows = fresh or list(session.scalars(select(StagedFile))) if session.is_active else []
        kept.extend(store().exists(each.sha256) for each in rows)
        return commit(session)

    monkeypatch.setattr(db.session.session_factory.class_, "commit", watched)

    assert send(browser, number).status == 201
    assert kept
    assert all(kept)


def test_many_at_once_never_exceed_the_limit(real_desk):
    number = real_desk.ask()
    browsers = [real_desk.browser("ana") for _ in range(6)]
    for _ in range(8):
        assert send(browsers[0], number).status == 201

    answers = at_once([lambda each=each: send(each, number) for each in browsers])

    assert sorted(answer.status for answer in answers) == [201, 201, 413, 413, 413, 413]
    assert real_desk.rows(select(func.count()).select_from(StagedFile)) == [(10,)]


def test_a_file_goes_along_once_however_many_send_it(real_desk):
    number = real_desk.ask()
    browsers = [real_desk.browser("ana") for _ in range(4)]
    public_id = send(browsers[0], number).response.get_json()["id"]

    answers = at_once(
        [
            lambda each=each: each.post(
                f"/agent/tickets/{number}/replies", {"content": "The plan.", "staged": public_id}
            )
            for each in browsers
        ]
    )

    assert sorted(answer.status for answer in answers) == [303, 409, 409, 409]
    refused = next(answer for answer in answers if answer.status == 409)
    assert "A file is no longer here" in refused.text
    assert "The plan." in refused.text
    assert real_desk.rows(select(Attachment.public_id)) == [(public_id,)]
    assert len(real_desk.rows(select(Comment.id))) == 2


def test_a_file_is_taken_back_by_its_sender_alone(as_ana, as_ben, number, waiting):
    public_id = send(as_ana, number).response.get_json()["id"]

    assert as_ben.post(f"/agent/tickets/{number}/uploads/{public_id}/deletion").status == 204
    assert waiting() == [public_id]
    assert as_ana.post(f"/agent/tickets/{number}/uploads/{public_id}/deletion").status == 204
    assert waiting() == []


def test_who_lost_sight_of_the_ticket_sends_nothing_more(as_ben, number, permitted, deed, acting, waiting):
    permitted("ben", Permission.ANSWER_TICKETS)
    with acting("ada") as ada:
        assign(ticket_numbered(number), to=person_named("ben"), by=ada)
    assert send(as_ben, number).status == 201
    with acting("ada") as ada:
        assign(ticket_numbered(number), to=person_named("ana"), by=ada)

    assert send(as_ben, number).status == 404
    assert len(waiting()) == 1
