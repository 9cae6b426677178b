"""D10: what strangers send, in headers, names and addresses, is text wherever administrators read it."""

import pytest

from tests.support.tally import tally

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg onload=alert(1)>",
    "'-alert(1)-'",
    "{{7*7}}",
    "${7*7}",
    "\u202etxt.exe",
    "a\r\nSet-Cookie: x=1",
    "javascript:alert(1)",
)
PAGES = ("/admin/audit/access", "/admin/audit", "/admin/security", "/admin/system", "/admin")


def without_breaks(text):
    return text.replace("\r", "").replace("\n", "")


@pytest.mark.parametrize("words", HOSTILE)
def test_what_a_stranger_sends_is_shown_as_text(as_nobody, as_ada, words):
    one_line = without_breaks(words)
    headers = {
        "User-Agent": one_line.encode("ascii", "ignore").decode(),
        "X-Forwarded-For": one_line.encode("ascii", "ignore").decode(),
    }
    as_nobody.post(
        "/login", {"email": f"{words}@evil.example", "password": "no such password"}, headers=headers
    )
    as_nobody.get(f"/{one_line}", headers=headers)

    for path in PAGES:
        page = as_ada.get(path)
        assert page.status in (200, 404)
        for raw in ("<script>alert", "<img src=x", "<svg onload"):
            assert raw not in page.html, f"{path} shows {raw}"
        assert "Set-Cookie: x=1" not in str(page.headers)
        tally("pages of administrators read after hostile requests")


def test_the_address_in_a_header_nobody_listed_is_not_believed(as_nobody, as_ada):
    spoofed = {
        "X-Forwarded-For": "203.0.113.77",
        "X-Real-IP": "203.0.113.77",
        "Forwarded": "for=203.0.113.77",
    }
    as_nobody.post("/login", {"email": "eve@evil.example", "password": "no such password"}, headers=spoofed)

    page = as_ada.get("/admin/audit/access")

    assert "eve@evil.example" in page.text
    assert "203.0.113.77" not in page.html


def test_an_exported_record_is_no_formula(as_nobody, as_ada):
    as_nobody.post("/login", {"email": "=cmd|' /C calc'!A0@evil.example", "password": "no such password"})

    answer = as_ada.post("/admin/audit/access/exports", {"kind": "sign_in_failed"})

    assert answer.status == 200
    assert ",=cmd" not in answer.html
    assert "'=cmd" in answer.html
