"""Files on their way to people: whose they are, and how they leave."""

import io
import os
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import unquote

import pytest
from PIL import Image
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.files.store import store
from helpdesk.tickets.models import Attachment, Comment, Ticket
from helpdesk.tickets.operations import Upload, add_participant, delete, note, open_ticket, reply
from helpdesk.web.files import disposition
from tests.conftest import person_named
from tests.support.statements import counted_statements


def png():
    content = io.BytesIO()
    Image.new("RGB", (3, 2), (40, 90, 200)).save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def kept(acting):
    """`kept("note.txt", b"…")` comes with a new request of Carl's; returns the file's address."""

    def keep(filename, content, *, by="carl"):
        with acting(by) as person:
            uploads = [Upload(filename, io.BytesIO(content))]
            open_ticket(requester=person, by=person, title="With a file", description="See.", uploads=uploads)
            return address_of(filename)

    return keep


def address_of(filename):
    found = db.session.scalars(select(Attachment).where(Attachment.filename == filename)).one()
    return f"/files/{found.public_id}"


def the_ticket():
    return db.session.scalars(select(Ticket)).one()


def test_a_document_is_saved_and_not_shown(as_carl, kept):
    answer = as_carl.get(kept("manual.pdf", b"%PDF-1.4 pages"))

    assert answer.response.data == b"%PDF-1.4 pages"
    assert (
        answer.headers["Content-Disposition"]
        == "attachment; filename=\"manual.pdf\"; filename*=UTF-8''manual.pdf"
    )
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Length"] == "14"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_picture_of_pixels_may_be_looked_at(as_carl, kept):
    answer = as_carl.get(kept("photo.png", png()))

    assert answer.headers["Content-Disposition"].startswith("inline; ")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_only_claims_to_be_a_picture_is_saved(as_carl, kept, acting):
    address = kept("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    with acting("ana"):
        db.session.scalars(
            select(Attachment)
        ).one().content_type = "image/png"  # an import that believed its source

    answer = as_carl.get(address)

    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_large_file_leaves_in_pieces(as_carl, kept):
    content = bytes(range(256)) * 8192

    answer = as_carl.client.get(kept("large.bin", content))  # our own browser reads all of it at once

    assert isinstance(answer.response, Iterator)
    assert answer.data == content


def test_a_server_that_sends_by_descriptor_sends_from_the_beginning(as_carl, kept):
    """Gunicorn hands the descriptor to sendfile(2), which knows nothing of Python's buffer."""
    sent = []

    def by_descriptor(file, _size=0):
        sent.append(os.read(file.fileno(), 100))
        return [sent[0]]

    address = f"{kept('photo.png', png())}?original"
    as_carl.get(address, environ_overrides={"wsgi.file_wrapper": by_descriptor})

    assert sent == [png()]


@pytest.mark.parametrize("name", ["ana", "carl"])
def test_agents_and_the_requester_fetch_it(browser, kept, name):
    assert browser(name).get(kept("log.txt", b"text")).status == 200


def test_a_participant_fetches_it_and_a_stranger_does_not(browser, kept, acting):
    address = kept("log.txt", b"text")
    assert browser("olga").get(address).status == 404

    with acting("ana") as ana:
        add_participant(the_ticket(), person=person_named("olga"), by=ana)
    assert browser("olga").get(address).status == 200


def test_nobody_is_led_to_the_sign_in_page_and_back(as_nobody, kept):
    address = kept("log.txt", b"text")

    for path in (address, "/files/none"):
        answer = as_nobody.get(path)
        assert (answer.status, answer.location) == (303, f"/login?next={path}")


def test_a_file_of_a_note_is_for_staff(browser, kept, acting):
    kept("log.txt", b"text")
    with acting("ana") as ana:
        note(the_ticket(), by=ana, content="See.", uploads=[Upload("secret.txt", io.BytesIO(b"for us"))])
        address = address_of("secret.txt")

    assert browser("carl").get(address).status == 404
    assert browser("ben").get(address).response.data == b"for us"


def test_a_file_of_an_answer_held_back_is_for_staff(browser, kept, acting):
    kept("log.txt", b"text")
    with acting("ana") as ana:
        reply(the_ticket(), by=ana, content="Later.", uploads=[Upload("later.txt", io.BytesIO(b"soon"))])
        db.session.scalars(select(Comment).where(Comment.content == "Later.")).one().published_at = None
        address = address_of("later.txt")

    assert browser("carl").get(address).status == 404
    assert browser("ana").get(address).status == 200


@pytest.mark.parametrize("name", ["carl", "ana", "ada"])
def test_with_its_ticket_deleted_it_is_gone_for_everybody(browser, kept, acting, name):
    address = kept("log.txt", b"text")
    with acting("ada") as ada:
        delete(the_ticket(), by=ada)

    assert browser(name).get(address).status == 404


def test_anothers_and_none_look_the_same(as_olga, kept):
    foreign, missing = as_olga.get(kept("log.txt", b"text")), as_olga.get("/files/AAAAAAAAAAAAAAAAAAAAAA")

    reference = foreign.headers["X-Request-Id"], missing.headers["X-Request-Id"]
    assert (foreign.status, missing.status) == (404, 404)
    assert without_nonce(foreign.html.replace(reference[0], "")) == without_nonce(
        missing.html.replace(reference[1], "")
    )


def test_bytes_that_are_lost_are_said_to_be_lost(as_carl, kept, app):
    address = kept("log.txt", b"lost later")
    with app.app_context():
        store().delete(sha256(b"lost later").hexdigest())

    answer = as_carl.get(address)

    assert answer.status == 410
    assert "The content of this file is missing." in answer.text


def test_a_file_costs_few_statements(as_carl, kept):
    address = kept("log.txt", b"text")

    with counted_statements() as seen:
        as_carl.get(address)

    # role, session, switch, file; counted and recorded in the role that may: there, done, and back, twice
    assert len(seen) <= 10, seen


@pytest.mark.parametrize(
    "filename, plain",
    [
        ("plain.txt", "plain.txt"),
        ("with space.txt", "with space.txt"),
        ('a"b\\c.txt', "c.txt"),
        ("ünï “x”.pdf", "_n_ _x_.pdf"),
        ("100%25.txt", "100_25.txt"),
        ("🖨️.png", "__.png"),
    ],
)
def test_the_name_is_written_twice_once_for_old_programs(filename, plain):
    written = disposition(filename, is_shown=False)

    first, second, third = written.split("; ")
    assert (first, second) == ("attachment", f'filename="{plain}"')
    assert unquote(third.removeprefix("filename*=UTF-8''")) == filename.rpartition("\\")[2]
    assert written.isascii()


def without_nonce(page):
    return page.partition('nonce="')[0] + page.partition('nonce="')[2].partition('"')[2]
