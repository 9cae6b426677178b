"""Tests of helpdesk.web.security_headers: the same walls around every answer, a fresh nonce in each."""

import re

import pytest
from flask import Flask


@pytest.mark.parametrize("path", ["/styleguide", "/errors/404", "/errors/500"])
def test_pages_run_only_our_own_files_and_scripts_with_the_nonce(bare: Flask, path: str):
    answer = bare.test_client().get(path)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    nonce = policy["script-src"].removeprefix("'self' 'nonce-").removesuffix("'")

    assert policy["default-src"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert set(re.findall(r'nonce="([^"]+)"', answer.text)) == {nonce}
    assert [tag for tag in re.findall(r"<script[^>]*>", answer.text) if "nonce=" not in tag] == []
    assert re.findall(r'\son\w+="|\sstyle="|javascript:', answer.text) == []


def test_every_answer_has_its_own_nonce(bare: Flask):
    policies = {bare.test_client().get("/styleguide").headers["Content-Security-Policy"] for _ in range(3)}

    assert len(policies) == 3


def test_pages_are_kept_nowhere_and_framed_by_nobody(bare: Flask):
    headers = bare.test_client().get("/styleguide").headers

    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_https_is_kept_only_where_the_desk_has_it(bare: Flask):
    client = bare.test_client()

    assert "Strict-Transport-Security" not in client.get("/styleguide").headers
    assert (
        "max-age="
        in client.get("/styleguide", base_url="https://desk.example").headers["Strict-Transport-Security"]
    )


def test_a_view_that_sets_its_own_policy_keeps_it(bare: Flask):
    from flask import Response

    with bare.test_request_context("/"):
        own = Response(
            "", headers={"Content-Security-Policy": "sandbox", "Cache-Control": "private, max-age=60"}
        )
        answer = bare.process_response(own)

    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["Cache-Control"] == "private, max-age=60"
