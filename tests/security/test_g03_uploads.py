"""G03: what a file is called decides nothing about where it lies, and no address leads out of what is served."""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from helpdesk.core.configuration import configuration
from helpdesk.tickets.operations import open_ticket
from tests.security.test_d04_files_as_content import FILES, pixels
from tests.support.browser import Browser
from tests.support.tally import tally

NAMES = (
    "../../../../etc/cron.d/evil", "..\\..\\evil.bat", "/etc/passwd", "//host/share/evil", "C:\\Windows\\evil.ini",
    "\\\\?\\C:\\evil", "....//....//evil", "..%2f..%2fevil", "%2e%2e/evil", "..;/evil", "\u2025/evil",
    "\uff0e\uff0e\uff0fevil",
    ".htaccess", ".htaccess\u200b", "\u200b.htaccess", ".user.ini", "web.config", "evil\u200b.php", "evil.php\u00a0",
    "CON", "con.txt", "NUL", "aux.c", "COM1", "LPT1.txt", "evil.txt::$DATA", "evil.asp;.jpg", "evil.php%00.png",
    "evil.", "evil. . .", "evil ", " ", ".", "..", "...", "~", "~root", "-rf", "$(id)", "`id`", "|id", "a;id",
    "evil.phtml", "evil.jsp", "evil.cgi", "index.html", "__init__.py", "x" * 300 + ".txt", "é" * 150 + ".txt", "🖨️" * 75,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """A form by which people send files: whose, where, what stands beside the files, and in which field they come."""

    who: str | None
    path: str
    fields: Mapping[str, str]
    field: str = "files"
    at_once: int = 10
    every: int = 1

    @property
    def is_drawn_anew(self) -> bool:
        """Pictures of people and of the desk: the bytes that are kept are ours."""
        return self.field in {"picture", "logo"}

    def content(self, endpoint: str, place: int) -> bytes:
        if self.is_drawn_anew:
            return pixels("PNG", size=(place + 64, 64))
        return f"{endpoint} {place}".encode()


NEW_TICKET = {
    "requester": "new@example.com",
    "title": "A",
    "description": "B",
    "priority": "medium",
    "team": "",
}
PREFERENCES = {
    "full_name": "Ana Agent", "time_zone": "", "locale": "", "theme": "system", "density": "comfortable",
    "thread_order": "oldest_first", "after_send": "stay",
}  # fmt: skip
BRANDING = {"desk_name": "Test desk", "accent_color": "", "footer": ""}
GUEST = {"email": "guest@example.com", "full_name": "Gus Guest", "title": "A", "content": "B"}
UPLOADS = {
    "customers.tickets.create": Way("carl", "/portal/tickets", {"title": "A", "content": "B"}),
    "customers.replies.create": Way("carl", "/portal/tickets/{number}/replies", {"content": "B"}),
    "agents.replies.create": Way("ana", "/agent/tickets/{number}/replies", {"content": "B"}),
    "agents.notes.create": Way("ana", "/agent/tickets/{number}/notes", {"content": "B"}),
    "agents.kept_drafts.create": Way(
        "ana", "/agent/tickets/{number}/draft", {"content": "B", "save": "yes"}, at_once=2
    ),
    "agents.tickets.create": Way("ana", "/agent/tickets", NEW_TICKET),
    "agents.uploads.create": Way("ana", "/agent/tickets/{number}/uploads", {}, field="file", at_once=1),
    "agents.preferences.update": Way(
        "ana", "/agent/preferences", PREFERENCES, field="picture", at_once=1, every=6
    ),
    "admin.branding.update": Way("ada", "/admin/branding", BRANDING, field="logo", at_once=1, every=6),
    "public.guest_requests.create": Way(None, "/ask", GUEST, every=3),
}
NAMELESS = {"public.mail_door.create"}
"""Whole mails come here: nothing beside the bytes names a file."""
# Modules that take files only for those above
TAKE_FILES = re.compile(
    r"uploads_in\(|request\.files|FileField\(|MultipleFileField\(|request\.stream|upload_in\("
)

TRAVERSALS = (
    "../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%5c..%5cwindows%5cwin.ini", "%252e%252e%252fetc%252fpasswd", "..;/..;/etc/passwd", "....//....//etc/passwd",
    "%c0%ae%c0%ae/etc/passwd", "/etc/passwd", "%2fetc%2fpasswd", "//etc/passwd", "C:%5cWindows%5cwin.ini",
    "x%00.png", "%00", "..%00/", ".htaccess", "..", "%2e%2e", ".", "%0d%0aX-Marked:%201", "~root/.ssh/id_rsa",
    "file:///etc/passwd", "CON", "\u2025/etc/passwd", "js/..%2f..%2fpyproject.toml", "js/../../pyproject.toml",
)  # fmt: skip


@pytest.fixture
def data_dir(app: Flask) -> Path:
    with app.app_context():
        return Path(configuration().data_dir)


@pytest.fixture
def surroundings(data_dir: Path, tmp_path: Path) -> Callable[[], set[Path]]:
    """All files in the data folder and around it, and of the program itself."""
    roots = (data_dir.parent, Path(__file__).parents[2] / "static", Path(__file__).parents[2] / "templates")

    def look() -> set[Path]:
        return {path for root in roots for path in root.rglob("*") if not path.is_dir()}

    return look


@pytest.fixture
def path_of(acting: Callable[..., Any]) -> Callable[[str], str]:
    """Fills a path in with the number of a ticket that nobody has sent anything to."""

    def fill(path: str) -> str:
        if "{number}" not in path:
            return path
        with acting("carl") as carl:
            ticket = open_ticket(requester=carl, by=carl, title="The printer", description="It burns.")
            return path.format(number=ticket.ticket_number)

    return fill


def send(sender: Browser, way: Way, path: str, files: Sequence[tuple[bytes, str]]) -> int:
    """Send these in one form, and return the status."""
    parts = [(io.BytesIO(content), name) for content, name in files]
    return sender.post(path, {**way.fields, "submission_key": str(uuid4()), way.field: parts}).status


def portions(way: Way, files: Sequence[tuple[bytes, str]]) -> Iterator[Sequence[tuple[bytes, str]]]:
    for start in range(0, len(files), way.at_once):
        yield files[start : start + way.at_once]


@pytest.mark.parametrize("endpoint", UPLOADS)
def test_a_name_changes_nothing_on_disk(
    browser: Callable[..., Browser],
    path_of: Callable[[str], str],
    endpoint: str,
    data_dir: Path,
    surroundings: Callable[[], set[Path]],
) -> None:
    way = UPLOADS[endpoint]
    sender, before, expected = browser(way.who), surroundings(), set()
    names = NAMES[:: way.every]
    files = [(way.content(endpoint, place), name) for place, name in enumerate(names)]
    for number, some in enumerate(portions(way, files)):
        if number % 5 == 0:
            path = path_of(way.path)
        assert send(sender, way, path, some) in {200, 201, 303}, some
    for content, _ in files:
        digest = sha256(content).hexdigest()
        expected.add(data_dir / "files" / digest[:2] / digest[2:4] / digest)
    new = surroundings() - before
    tally("names of uploads × routes", len(names))

    if way.is_drawn_anew:
        assert new
        assert all(_is_in_store(each, data_dir) for each in new)
    else:
        assert new == expected
    assert not any(each.stat().st_mode & 0o111 for each in new)


def _is_in_store(path: Path, data_dir: Path) -> bool:
    root = data_dir / "files"
    place = str(path.relative_to(root)) if path.is_relative_to(root) else ""
    return bool(re.fullmatch(r"\w\w/\w\w/[0-9a-f]{64}", place))


@pytest.mark.parametrize("endpoint", UPLOADS)
def test_every_kind_is_taken_or_refused_by_every_way_in(
    browser: Callable[..., Browser], path_of: Callable[[str], str], endpoint: str
) -> None:
    way = UPLOADS[endpoint]
    sender = browser(way.who)
    files = [(content, name) for name, content in list(FILES.items())[:: way.every]]
    for number, some in enumerate(portions(way, files)):
        if number % 5 == 0:
            path = path_of(way.path)
        assert send(sender, way, path, some) in {200, 201, 303, 422}, some
    tally("kinds of uploads × routes", len(files))


def test_what_was_sent_is_found_under_no_name_of_its_own(
    browser: Callable[..., Browser], path_of: Callable[[str], str]
) -> None:
    way = UPLOADS["agents.replies.create"]
    sender = browser(way.who)
    names = ("page.html", "program.sh", "photo.png", ".htaccess")
    assert send(sender, way, path_of(way.path), [(b"x", name) for name in names]) == 303

    for name in names:
        for folder in ("", "files/", "static/", "uploads/", "static/uploads/"):
            assert sender.get(f"/{folder}{name}").status == 404


def test_every_way_in_is_in_the_list(app: Flask) -> None:
    taking = set()
    for endpoint, view in app.view_functions.items():
        source = Path(view.__code__.co_filename)
        is_ours = "helpdesk" in source.parts and endpoint.rpartition(".")[2] in {"create", "update"}
        if is_ours and TAKE_FILES.search(source.read_text()):
            taking.add(endpoint)

    assert taking - NAMELESS <= UPLOADS.keys()
    assert UPLOADS.keys() <= app.view_functions.keys()


def test_no_route_takes_a_path(app: Flask) -> None:
    taking = {rule.endpoint for rule in app.url_map.iter_rules() if "path:" in rule.rule}

    assert taking == {"static"}


@pytest.mark.parametrize("reader", ["ana", "carl"])
def test_encoded_ways_out_lead_nowhere(
    app: Flask, browser: Callable[..., Browser], number: str, reader: str
) -> None:
    person = browser(reader)
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments and "GET" in (rule.methods or ())]
    tried = 0
    for rule in rules:
        if not rule.rule.startswith(("/files", "/static", "/agent/people/")):
            continue
        for way in TRAVERSALS:
            answer = person.get(way.join(re.split(r"<[^>]+>", rule.rule)))
            assert answer.status in {303, 308, 404} or ("%00" in way and answer.status == 400), (
                rule.rule,
                way,
            )
            assert "X-Marked" not in answer.headers
            assert "root:" not in answer.html
            tried += 1
    tally("ways out of what is served", tried)
