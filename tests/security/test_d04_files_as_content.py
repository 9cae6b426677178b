"""D04: whatever people attach, nothing of it runs on our origin."""

import gzip
import io
import struct
import zipfile

import pytest
from PIL import Image
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment
from helpdesk.tickets.operations import Upload, open_ticket
from tests.support.tally import tally

SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><html><body>" + SCRIPT
OUR_TYPES = {
    "application/octet-stream",
    "application/pdf",
    "application/zip",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/plain; charset=utf-8",
}


def pixels(kind, *, size=(2, 2), **options):
    content = io.BytesIO()
    Image.new("RGB", size, (40, 90, 200)).save(content, kind, **options)
    return content.getvalue()


def archive(name, content):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(name, content)
    return made.getvalue()


# name → bytes; what is believed to be a picture of pixels stands in SHOWN
FILES = {
    # markup and script under honest names
    "page.html": HTML,
    "page.htm": b"\xef\xbb\xbf" + HTML,
    "page.xhtml": b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>" + SCRIPT + b"</html>",
    "page.shtml": b"<!--#exec cmd='id' -->" + HTML,
    "page.hta": b"<hta:application/>" + SCRIPT,
    "page.mht": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + HTML,
    "mail.eml": b"From: a@example.com\r\nContent-Type: text/html\r\n\r\n" + HTML,
    "utf16.html": "\ufeff<script>alert(1)</script>".encode("utf-16"),
    "utf7.html": b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "script.js": b"alert(1)",
    "module.mjs": b"export default alert(1)",
    "worker.js": b"self.onfetch = e => e.respondWith(new Response('x'))",
    "style.css": b"body{background:url(javascript:alert(1))}",
    "feed.xml": b"<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?><a/>",
    "sheet.xsl": b"<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>",
    "data.json": b'{"a": 1}',
    "manifest.webmanifest": b'{"start_url": "/"}',
    "cache.appcache": b"CACHE MANIFEST\n/\n",
    "calendar.ics": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "card.vcf": b"BEGIN:VCARD\r\nEND:VCARD\r\n",
    "link.url": b"[InternetShortcut]\nURL=javascript:alert(1)",
    # pictures that are documents
    "drawing.svg": SVG,
    "drawing.svgz": gzip.compress(SVG, mtime=0),
    "declared.svg": b"<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE svg>\n" + SVG,
    "spaced.svg": b"\n" * 9000 + SVG,
    "old.wmf": b"\xd7\xcd\xc6\x9a" + b"\0" * 40,
    "old.emf": struct.pack("<I", 1) + b"\0" * 80,
    "print.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "print.ps": b"%!PS\n(x) run\n",
    # documents under the names of pictures
    "svg.png": SVG,
    "html.png": HTML,
    "html.jpg": HTML,
    "html.gif": HTML,
    "script.webp": b"alert(1)",
    "photo.png.html": HTML,
    "photo.png\u202egnp.html": HTML,
    "almost.png": b"\x89PNG\r\n\x1a\n" + HTML,
    "almost.gif": b"GIF89a" + HTML[:2],
    "almost.jpg": b"\xff\xd8\xff\xe0" + HTML,
    "almost.webp": b"RIFF\0\0\0\0WEBP" + HTML,
    "huge.png": pixels("PNG", size=(9000, 9000)),
    # pictures whose kind browsers show, but we do not
    "picture.bmp": pixels("BMP"),
    "picture.tiff": pixels("TIFF"),
    "picture.ico": pixels("ICO", size=(16, 16), sizes=[(16, 16)]),
    "picture.avif": b"\0\0\0\x20ftypavif\0\0\0\0avifmif1",
    "picture.heic": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
    # programs, plug-ins, documents, archives
    "film.swf": b"FWS\x09" + b"\0" * 40,
    "applet.jar": archive("A.class", b"\xca\xfe\xba\xbe"),
    "program.exe": b"MZ" + b"\0" * 60,
    "program.elf": b"\x7fELF" + b"\0" * 60,
    "program.wasm": b"\0asm\x01\0\0\0",
    "program.sh": b"#!/bin/sh\nid\n",
    "manual.pdf": b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>",
    "late.pdf": b"\n" * 600 + b"%PDF-1.7 " + SCRIPT,
    "letter.docx": archive("word/document.xml", b"<x/>"),
    "letter.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 60,
    "letter.rtf": b"{\\rtf1 x}",
    "sheet.csv": b"=cmd|' /C calc'!A0,1\r\n",
    "sound.mp3": b"ID3\x04" + b"\0" * 40,
    "film.mp4": b"\0\0\0\x18ftypisom\0\0\0\0isom",
    "film.webm": b"\x1a\x45\xdf\xa3" + b"\0" * 40,
    "empty.html": b"",
    # real pictures, some with a page inside
    "photo.png": pixels("PNG"),
    "photo.jpg": pixels("JPEG"),
    "photo.gif": pixels("GIF"),
    "photo.webp": pixels("WEBP"),
    "photo.html": pixels("PNG"),
    "polyglot.gif": pixels("GIF") + HTML,
    "polyglot.jpg": pixels("JPEG", comment=HTML),
    "polyglot.png": pixels("PNG") + HTML,
}
SHOWN = {
    "photo.png": "image/png",
    "photo.jpg": "image/jpeg",
    "photo.gif": "image/gif",
    "photo.webp": "image/webp",
    "photo.html": "image/png",
    "polyglot.gif": "image/gif",
    "polyglot.jpg": "image/jpeg",
    "polyglot.png": "image/png",
}


@pytest.fixture
def addresses(acting):
    """Where each of the files is fetched; all are attached to one request of Carl's."""
    with acting("carl") as carl:
        uploads = [Upload(name, io.BytesIO(content)) for name, content in FILES.items()]
        open_ticket(requester=carl, by=carl, title="Files", description="Many.", uploads=uploads)
        found = db.session.scalars(select(Attachment.public_id).order_by(Attachment.id)).all()
        return dict(zip(FILES, found, strict=True))


@pytest.mark.parametrize("name", ["carl", "ana"])
def test_nothing_that_comes_with_a_request_runs_on_our_origin(browser, addresses, name):
    reader = browser(name)
    answers = {file: reader.get(f"/files/{address}") for file, address in addresses.items()}

    assert {answer.status for answer in answers.values()} == {200}
    shown = {
        file: answer.headers["Content-Type"]
        for file, answer in answers.items()
        if not answer.headers["Content-Disposition"].startswith("attachment; ")
    }
    assert shown == SHOWN
    for file, answer in answers.items():
        if file in SHOWN:  # drawn anew: the pixels, and nothing of what else was in the file
            with Image.open(io.BytesIO(answer.response.data)) as drawn:
                assert (drawn.size, SHOWN[file]) == ((2, 2), Image.MIME[str(drawn.format)]), file
            assert SCRIPT not in answer.response.data, file
        else:
            assert answer.response.data == FILES[file], file
        assert answer.headers["Content-Type"] in OUR_TYPES, file
        assert answer.headers.getlist("X-Content-Type-Options") == ["nosniff"], file
        assert answer.headers.getlist("Content-Security-Policy") == ["default-src 'none'; sandbox"], file
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", file
        assert "Content-Encoding" not in answer.headers, file
    tally("kinds of attachments", len(answers))


@pytest.mark.parametrize("file", SHOWN)
def test_the_bytes_that_came_are_saved_and_never_shown(as_carl, addresses, file):
    answer = as_carl.get(f"/files/{addresses[file]}?original")

    assert answer.response.data == FILES[file]
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "claimed", ["image/svg+xml", "image/svg+xml; x", "text/html", "IMAGE/PNG", "a\tb", ""]
)
def test_what_the_sender_says_it_is_counts_for_nothing(as_carl, claimed):
    file = (io.BytesIO(SVG), "drawing.png", claimed or None)
    sent = as_carl.post("/portal/tickets", {"title": "A", "content": "B", "files": [file]})
    request = as_carl.get(sent.location.replace("/receipts/", "/tickets/"))
    address = request.html.partition('href="/files/')[2].partition('"')[0]

    answer = as_carl.get(f"/files/{address}")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize("accepted", ["text/html", "image/svg+xml", "*/*"])
def test_what_the_reader_asks_for_counts_for_nothing_either(as_carl, addresses, accepted):
    address = f"/files/{addresses['drawing.svg']}?download=0&type=image/svg%2bxml&inline=1"

    answer = as_carl.get(
        address, headers={"Accept": accepted, "Range": "bytes=0-3", "Sec-Fetch-Dest": "document"}
    )

    assert (answer.status, answer.response.data) == (200, SVG)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
