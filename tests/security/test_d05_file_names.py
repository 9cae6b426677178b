"""D05: a file's name is somebody else's text, in headers as on pages."""

import io
import re
from html import escape
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment
from helpdesk.tickets.operations import Upload, open_ticket
from tests.support.tally import tally

NAMES = {
    "quotes": 'a".txt"; filename="b.html',
    "header break": "a\r\nSet-Cookie: sid=1\r\n\r\n<script>.txt",
    "line feed": "a\nb.txt",
    "unicode line": "a\u2028b\u2029c\x85d.txt",
    "backwards": "report\u202efdp.exe",
    "isolates": "a\u2066b\u2069\u200f.txt",
    "nul": "a\x00.html\x00.png",
    "up": "../../../../etc/passwd",
    "windows up": "..\\..\\autoexec.bat",
    "absolute": "/etc/shadow",
    "drive": "C:\\Windows\\win.ini",
    "hidden": ".htaccess",
    "dots": "...",
    "nothing": "",
    "blank": "  \t ",
    "long": "x" * 4096 + ".pdf",
    "long extension": "x." + "y" * 4096,
    "emoji": "🖨️🔥.png",
    "combining": "e\u0301" * 200 + ".txt",
    "right to left": "تقرير.pdf",
    "rfc 2231": "UTF-8''evil%0d%0aX: y.txt",
    "rfc 2231 parts": "a.txt; filename*0=b; filename*1=.html",
    "rfc 2047": "=?utf-8?q?=0D=0AX:_y?=.txt",
    "percent": "100%0d%0aX-Y: z.txt",
    "markup": "<img src=x onerror=alert(1)>.png",
    "attribute": "' onmouseover='alert(1)' x='.txt",
    "double attribute": '" autofocus onfocus="alert(1).txt',
    "template": "{{ 7*7 }}{% x %}.txt",
    "script in the extension": 'x.<script>alert("1")</script>',
    "semicolons": "a;b,c.txt",
    "backslash": 'a\\".txt',
    "reserved": "CON.txt",
    "trailing": "page.html. . .",
    "surrogate": "a\ud800b.txt",
    "control": "a\x1b[31mb\x7f.txt",
    "byte order": "\ufeffa.txt",
}

# Such a name does not come through a form: the line would end, or there is no file without a name
UNSENDABLE = {
    "header break",
    "line feed",
    "nothing",
    "nul",
    "surrogate",
    "control",
    "unicode line",
    "double attribute",
}


@pytest.fixture
def attached(acting):
    """Addresses and stored names of one file of each name, on a request of Carl's; its number."""
    with acting("carl") as carl:
        uploads = [Upload(name, io.BytesIO(b"x")) for name in NAMES.values()]
        ticket = open_ticket(requester=carl, by=carl, title="Names", description="Many.", uploads=uploads)
        rows = db.session.execute(
            select(Attachment.public_id, Attachment.filename).order_by(Attachment.id)
        ).all()
        return ticket.ticket_number, dict(zip(NAMES, rows, strict=True))


def test_every_name_leaves_as_one_header_and_one_harmless_name(as_carl, attached):
    _, files = attached
    for kind, (address, filename) in files.items():
        answer = as_carl.get(f"/files/{address}")
        headers = answer.headers.getlist("Content-Disposition")

        assert answer.status == 200, kind
        assert len(headers) == 1, kind
        form = re.fullmatch(
            r"attachment; filename=\"([ !#-$&-\[\]-~]*)\"; filename\*=UTF-8''([\w.~%-]+)", headers[0]
        )
        assert form, (kind, headers)
        assert unquote(form[2]) == filename, kind
        for name in (form[1], unquote(form[2])):
            assert 0 < len(name) <= 150, kind
            assert not re.search(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069/\\]", name), kind
            assert name.strip(". ") != "" or name == "file", kind
        assert "Set-Cookie" not in answer.headers, kind
        assert not {"X", "X-Y"} & set(answer.headers.keys()), kind
    tally("names of attachments", len(files))


@pytest.mark.parametrize("name, path", [("carl", "/portal/tickets"), ("ana", "/agent/tickets")])
def test_every_name_is_text_on_the_page(browser, attached, name, path):
    number, files = attached

    page = browser(name).get(f"{path}/{number}").html

    for kind, (address, filename) in files.items():
        shown = escape(filename).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
        assert f'href="/files/{address}"' in page, kind
        assert f'title="{shown}">{shown}</span>' in page, kind
    assert "<script>alert" not in page
    assert "<img" not in page
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', page))


@pytest.mark.parametrize("place", ["replies", "notes", "uploads"])
def test_names_sent_by_agents_are_no_different(as_ana, number, place):
    field, at_once = ("file", 1) if place == "uploads" else ("files", 10)
    names = [name for kind, name in NAMES.items() if kind not in UNSENDABLE]
    names = names[::4] if place == "uploads" else names  # ten may wait at once
    for start in range(0, len(names), at_once):
        files = [(io.BytesIO(b"x"), name) for name in names[start : start + at_once]]
        sent = as_ana.post(f"/agent/tickets/{number}/{place}", {"content": "B", field: files})
        assert sent.status in {201, 303}, files

    page = as_ana.get(f"/agent/tickets/{number}").html
    addresses = set(re.findall(r"/files/([\w-]{10,64})", page))

    assert len(addresses) == len(names)
    for address in addresses:
        answer = as_ana.get(f"/files/{address}")
        assert (answer.status, len(answer.headers.getlist("Content-Disposition"))) == (200, 1)
        assert not {"X", "X-Y", "Set-Cookie"} & set(answer.headers.keys())


@pytest.mark.parametrize("name", ["a%0D%0AX-Injected: 1.txt", 'b".html', "../c.txt", "d\u202e.exe"])
def test_names_sent_by_a_form_are_no_different(as_carl, name):
    sent = as_carl.post(
        "/portal/tickets", {"title": "A", "content": "B", "files": [(io.BytesIO(b"x"), name)]}
    )
    page = as_carl.get(sent.location.replace("/receipts/", "/tickets/"))
    address = page.html.partition('href="/files/')[2].partition('"')[0]

    answer = as_carl.get(f"/files/{address}")

    assert (answer.status, len(answer.headers.getlist("Content-Disposition"))) == (200, 1)
    assert "X-Injected" not in answer.headers
