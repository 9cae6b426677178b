"""D04: where files have a host of their own, the desk gives none away, and that host gives nothing else."""

import io
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.app import create_app
from helpdesk.core.db import db
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.tickets.models import Attachment
from helpdesk.tickets.operations import Upload, open_ticket
from tests.security.test_d04_files_as_content import HTML, pixels
from tests.support import databases
from tests.support.browser import Browser, Seen
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

HOST = "files.example.net"
CONTENTS = {"page.html": HTML, "photo.png": pixels("PNG")}


@pytest.fixture(scope="module")
def apart(
    server: EmbeddedServer, run_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealDesk]:
    """A desk whose files are fetched from another host."""
    name = databases.clone(server, run_folder, f"apart_{databases.worker_name()}")
    more = {"HELPDESK_FILES_URL": f"https://{HOST}"}
    app = create_app(databases.config_for(server, name, tmp_path_factory.mktemp("apart"), **more))
    app.testing = True
    yield RealDesk(app)
    databases.dispose(app)
    server.drop_database(name)


@pytest.fixture(scope="module")
def addresses(apart: RealDesk) -> dict[str, str]:
    """Where the desk says each file is, by name."""
    with apart.doing("carl") as carl:
        uploads = [Upload(name, io.BytesIO(content)) for name, content in CONTENTS.items()]
        open_ticket(requester=carl, by=carl, title="Files", description="Two.", uploads=uploads)
        db.session.flush()
        found = db.session.execute(select(Attachment.filename, Attachment.public_id)).all()
        return {name: f"/files/{public_id}" for name, public_id in found}


@pytest.fixture
def fetch(apart: RealDesk) -> Callable[[str], Seen]:
    """What that host answers: to somebody without cookies."""

    def get(address: str) -> Seen:
        path = urlsplit(address)
        return Browser(apart.app, apart.app.test_client()).get(path.path, base_url=f"https://{HOST}")

    return get


def test_the_desk_leads_who_may_read_it_there(
    apart: RealDesk, addresses: dict[str, str], fetch: Callable[[str], Seen]
) -> None:
    for name, address in addresses.items():
        led = apart.browser("carl").get(address)
        found = fetch(str(led.location))

        assert (led.status, found.status) == (302, 200)
        assert str(led.location).startswith(f"https://{HOST}/f/")
        assert led.headers["Cache-Control"] == "private, no-store"
        assert led.response.data.count(b"<script") == 0
        assert "Set-Cookie" not in found.headers
        assert found.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        assert found.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert found.headers["Content-Disposition"].startswith(
            "inline" if name == "photo.png" else "attachment"
        )
        if name == "page.html":
            assert found.response.data == HTML
        else:
            original = fetch(str(apart.browser("carl").get(f"{address}?original").location))
            assert original.response.data == CONTENTS[name]
            assert original.headers["Content-Disposition"].startswith("attachment")


def test_who_may_not_read_it_gets_no_link(apart: RealDesk, addresses: dict[str, str]) -> None:
    for name in ("olga", None):
        led = apart.browser(name).get(addresses["page.html"])
        assert HOST not in f"{led.location}{led.html}"


def test_a_link_ends_and_cannot_be_changed(
    apart: RealDesk, addresses: dict[str, str], fetch: Callable[[str], Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    link = str(apart.browser("carl").get(addresses["page.html"]).location)
    token = link.rpartition("/")[2]
    changed = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        for place in range(len(token) - 1)  # the last sign has spare bits
    ]
    answers = [fetch(f"/f/{each}") for each in (*changed, token[:-1], token + "A", "", ".", "x" * 2000)]
    tally("changed links to files", len(answers))

    assert {answer.status for answer in answers} <= {404, 410}
    assert HTML not in b"".join(answer.response.data for answer in answers)
    began, later = time.time(), timedelta(seconds=61).total_seconds()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: began + later)
    assert fetch(link).status == 410


def test_nothing_else_is_there(apart: RealDesk, fetch: Callable[[str], Seen]) -> None:
    app: Flask = apart.app
    adapter = app.url_map.bind(HOST)
    tried = 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "file_links.show":
            continue
        values = {name: 1 if name.endswith("_id") else "x" for name in rule.arguments}
        answer = fetch(adapter.build(rule.endpoint, values))
        assert (answer.status, answer.html) == (404, "There is nothing here.\n"), rule
        tried += 1
    tally("addresses of the desk asked of the host of files", tried)


def test_the_desk_serves_no_file_by_such_a_link(apart: RealDesk, addresses: dict[str, str]) -> None:
    carl = apart.browser("carl")
    link = urlsplit(str(carl.get(addresses["page.html"]).location)).path

    assert carl.get(link).status == 404


def test_pages_may_show_pictures_from_there_and_nothing_more(apart: RealDesk) -> None:
    policy = apart.browser("carl").get("/portal/tickets").headers["Content-Security-Policy"]

    assert [part for part in policy.split("; ") if HOST in part] == [f"img-src 'self' https://{HOST}"]
