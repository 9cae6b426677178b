"""The original of a mail: in a frame without rights, pictures from elsewhere only on a click, and its bytes."""

import re
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.files.store import store
from helpdesk.mail.models import InboundMessage
from tests.conftest import person_named
from tests.support.mailed import arrive, letter
from tests.web.agents.conftest import ticket_numbered


class TestOriginal:
    HTML = '<style>p{color:red}</style><p onclick="x()">Hello <script>alert(1)</script><img src="http://sink.example/a.png"></p>'

    @pytest.fixture
    def place(self, acting: Any, number: str) -> str:
        with acting("ada", via=Via.MAIL):
            raw = letter(html=self.HTML, text="Hello")
            comment = arrive(ticket_numbered(number), raw, by=person_named("carl"), text="Hello")
            return f"/agent/tickets/{number}/messages/{comment.id}"

    def test_it_is_shown_under_a_policy_of_its_own(self, as_ana: Any, place: str) -> None:
        shown = as_ana.get(f"{place}/original")

        policy = shown.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
        assert "allow-scripts" not in policy
        assert "img-src data:;" in policy
        assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "color:red" in shown.html
        assert "sink.example" not in shown.html
        assert "alert" not in shown.html
        assert "onclick" not in shown.html

    def test_pictures_from_elsewhere_come_when_they_are_asked_for(self, as_ana: Any, place: str) -> None:
        shown = as_ana.get(f"{place}/original?pictures=remote")

        assert "img-src data: https: http:;" in shown.headers["Content-Security-Policy"]
        assert "http://sink.example/a.png" in shown.html
        assert "alert" not in shown.html

    def test_the_frame_on_the_page_may_do_nothing(self, as_ana: Any, number: str, place: str) -> None:
        (frame,) = re.findall(r"<iframe[^>]*>", as_ana.get(f"/agent/tickets/{number}").html)

        assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame
        assert f'src="{place}/original"' in frame
        assert 'loading="lazy"' in frame

    def test_the_bytes_are_those_that_came(self, as_ana: Any, acting: Any, place: str) -> None:
        sent = as_ana.get(f"{place}/raw")

        with acting("ada"):
            kept = db.session.scalars(select(InboundMessage.sha256)).one()
        assert sha256(sent.response.data).hexdigest() == kept
        assert sent.headers["Content-Type"] == "message/rfc822"
        assert sent.headers["Content-Disposition"].startswith("attachment;")

    def test_a_mail_of_another_ticket_is_not_found(self, as_ana: Any, asked: Any, place: str) -> None:
        elsewhere = f"/agent/tickets/{asked()}/{place.split('/', 4)[4]}"

        assert as_ana.get(f"{elsewhere}/original").status == 404
        assert as_ana.get(f"{elsewhere}/raw").status == 404

    def test_bytes_that_are_gone_are_told_of(self, as_ana: Any, app: Any, acting: Any, place: str) -> None:
        with acting("ada"):
            store().delete(db.session.scalars(select(InboundMessage.sha256)).one())

        assert "This mail cannot be read." in as_ana.get(f"{place}/original").text
        assert as_ana.get(f"{place}/raw").status == 410
