"""The words of files: each kind is read, foreign ones harm nobody, and who may read the message finds them."""

import io
import zipfile
from errno import EIO
from hashlib import sha256

import pytest
from docx import Document
from sqlalchemy import select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.files.models import Blob
from helpdesk.files.store import Store
from helpdesk.tickets.criteria.places import ATTACHMENTS
from helpdesk.tickets.criteria.words import says
from helpdesk.tickets.extraction.child import text_in
from helpdesk.tickets.extraction.jobs import NotRead, read_files
from helpdesk.tickets.extraction.kinds import FileKind, kind_of
from helpdesk.tickets.extraction.limits import LONGEST_TEXT, MEMORY
from helpdesk.tickets.extraction.operations import TRY_AGAIN, keep_text, next_unread, text_of
from helpdesk.tickets.models import FileText
from helpdesk.tickets.operations import note, reply
from helpdesk.tickets.operations.attaching import Upload
from helpdesk.tickets.queries import tickets_for


def pdf(words):
    """A document of one page, as small as one can be."""
    drawn = f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made = b"%PDF-1.4\n"
    for number, each in enumerate(objects, start=1):
        made += b"%d 0 obj %b endobj\n" % (number, each)
    return made + b"trailer<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF"


def docx(words):
    document = Document()
    document.add_paragraph(words)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def bomb():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"\x00" * (MEMORY // 4))
    return made.getvalue()


@pytest.fixture
def on_disk(tmp_path):
    def write(content):
        path = tmp_path / "file"
        path.write_bytes(content)
        return path.open("rb")

    return write


@pytest.mark.parametrize(
    "kind, content",
    [
        (FileKind.TEXT, b"The \x00 xylophone  broke"),
        (FileKind.HTML, b"<style>p{}</style><p>The <b>xylophone</b> broke"),
        (FileKind.PDF, pdf("The xylophone broke")),
        (FileKind.DOCX, docx("The xylophone broke")),
    ],
)
def test_each_kind_is_read(on_disk, kind, content):
    assert text_in(on_disk(content), kind) == "The xylophone broke"


@pytest.mark.parametrize(
    "kind, content",
    [
        (FileKind.PDF, b"%PDF-1.7 nonsense"),
        (FileKind.DOCX, b"PK\x03\x04 nonsense"),
        (FileKind.DOCX, bomb()),
    ],
)
def test_what_cannot_be_read_says_nothing(on_disk, kind, content):
    assert text_in(on_disk(content), kind) == ""


def test_what_lies_where_we_were_started_is_no_program_of_ours(on_disk, tmp_path, monkeypatch):
    (tmp_path / "helpdesk").mkdir()
    (tmp_path / "helpdesk" / "__init__.py").write_text("raise SystemExit('of somebody else')")
    monkeypatch.chdir(tmp_path)

    assert text_in(on_disk(b"The xylophone broke"), FileKind.TEXT) == "The xylophone broke"


def test_a_long_text_is_cut(on_disk):
    assert len(text_in(on_disk("é ".encode() * LONGEST_TEXT), FileKind.TEXT).encode()) <= LONGEST_TEXT


@pytest.mark.parametrize(
    "content_type, name, kind",
    [
        ("application/pdf", "a", FileKind.PDF),
        ("application/zip", "A.DOCX", FileKind.DOCX),
        ("application/zip", "a.zip", None),
        ("text/plain", "a.log", FileKind.TEXT),
        ("text/plain", "a.htm", FileKind.HTML),
        ("image/png", "a.txt", None),
    ],
)
def test_bytes_say_what_a_file_is_and_names_what_is_packed_in_it(content_type, name, kind):
    assert kind_of(content_type, [name]) is kind


def read_all():
    while (file := next_unread()) is not None:
        keep_text(file, text_of(file))


def found(user, word):
    tickets = tickets_for(user).where(says(word, user, places=(ATTACHMENTS,)))
    return len(db.session.scalars(tickets).all())


def test_words_and_names_of_files_are_found_by_who_may_read_the_message(work, ticket, ana, carl):
    reply(ticket, by=carl, content="See", uploads=[Upload("scan_may.txt", io.BytesIO(b"A glockenspiel"))])
    note(ticket, by=ana, content="Hm", uploads=[Upload("secret.txt", io.BytesIO(b"A xylophone"))])

    read_all()

    assert [found(ana, word) for word in ("glockenspiel", "may", "xylophone", "secret", "piano")] == [
        1,
        1,
        1,
        1,
        0,
    ]
    assert [found(carl, word) for word in ("glockenspiel", "may", "xylophone", "secret")] == [1, 1, 0, 0]
    assert next_unread() is None


def test_what_was_kept_goes_with_the_content(work, ticket, carl):
    reply(ticket, by=carl, content="See", uploads=[Upload("a.txt", io.BytesIO(b"A glockenspiel"))])
    file = next_unread()
    keep_text(file, "A glockenspiel")
    keep_text(file, "A glockenspiel")

    assert work.scalars(select(FileText.content)).all() == ["A glockenspiel"]
    assert work.scalars(select(Blob.words_read_at)).one() is not None


class TestADiskThatFails:
    """One file that cannot be had holds nobody up, and is tried again."""

    @pytest.fixture
    def bad(self, work, ticket, carl, monkeypatch):
        """The content of the older of two files: reading it fails until the set is emptied."""
        reply(ticket, by=carl, content="See", uploads=[Upload("a.txt", io.BytesIO(b"A glockenspiel"))])
        with clock.freeze(clock.now() + TRY_AGAIN / 10):
            reply(ticket, by=carl, content="See", uploads=[Upload("b.txt", io.BytesIO(b"A xylophone"))])
        bad, whole = {sha256(b"A glockenspiel").hexdigest()}, Store.open

        def opened(store, digest):
            if digest in bad:
                raise OSError(EIO, "Input/output error")
            return whole(store, digest)

        monkeypatch.setattr(Store, "open", opened)
        return bad

    def test_the_next_is_read_and_the_list_of_jobs_is_told(self, ana, bad):
        (digest,) = bad

        with pytest.raises(
            NotRead, match=f"1 stored files could not be read, first {digest}: .*output error"
        ):
            read_files()

        assert [found(ana, word) for word in ("glockenspiel", "xylophone")] == [0, 1]
        read_files()  # not at once again

    def test_it_is_read_when_the_disk_is_well_again(self, ana, bad):
        with pytest.raises(NotRead):
            read_files()
        bad.clear()

        with clock.freeze(clock.now() + TRY_AGAIN):
            read_files()

        assert found(ana, "glockenspiel") == 1

    def test_a_disk_that_fails_half_way_is_no_file_that_says_nothing(self, tmp_path):
        with (tmp_path / "file").open("wb") as unreadable, pytest.raises(OSError, match="disk"):
            text_in(unreadable, FileKind.TEXT)
