"""wapiti and sqlmap (Debian's packages) against a running demo desk, as a customer and as an agent.

What they are run with stands here; what they found and what it means, in docs/security.md.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from helpdesk.database.embedded import EmbeddedServer
from tests.support.http_person import HttpPerson
from tests.support.running_desk import RunningDesk
from tests.support.tally import tally

PASSWORD = "scanned by machines today"
SECONDS = 10 * 60
"""For each scanner and each person: forty minutes together."""
PEOPLE = {"customer@example.com": "/portal/tickets", "agent@example.com": "/agent/queues/open"}
ATTACKS = (
    "backup,blindsql,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,sql,xss"
)
WAPITI = """import fnmatch, re, wapitiCore.net.crawler
wapitiCore.net.crawler.wildcard_translate = lambda pattern: re.compile(fnmatch.translate(pattern))
from wapitiCore.main.wapiti import wapiti_main
wapiti_main()
"""
"""Debian's wapiti 3.0.4 writes patterns that its Python refuses: without this it can leave out no address."""
EXPLAINED = {
    "X-XSS-Protection is not set": "browsers have taken it out again; the content security policy does its work",
    "Strict-Transport-Security is not set": "this desk speaks plain HTTP on loopback; behind TLS it is sent",
}
"""What wapiti reports and is no fault, and why."""
PARAMETERS = {
    "customer@example.com": (
        "/portal/tickets?q=printer&show=open",
        "/portal/tickets/new?title=x",
        "/login?next=/portal/tickets",
    ),
    "agent@example.com": (
        "/agent/queues/open?sort=activity&q=printer",
        "/agent/search?q=printer&sort=activity",
        "/agent/people?q=ada&show=staff",
        "/agent/organizations?q=acme",
        "/agent/statistics?days=30&team=mine&tag=printer",
        "/agent/people/matches?q=car",
    ),
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    desk = RunningDesk(tmp_path / "desk")
    desk.start()
    try:
        desk.wait_until_ready()
        desk.command("demo", "--tickets", "300", "--seed", "1", "--password", PASSWORD)
        without_limits(desk)
        yield desk
    finally:
        desk.remove()


def without_limits(desk: RunningDesk) -> None:
    """Scanners ask faster than people: refused as too many, they would have tried nothing."""
    server = EmbeddedServer(Path(desk.environment["HELPDESK_DATA"]))
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        for name in ("most_searches_a_minute", "most_statistics_a_minute"):
            connection.execute("delete from settings where name = %s", [name])
            connection.execute(
                "insert into settings (name, value, created_at, updated_at) values (%s, '0'::jsonb, now(), now())",
                [name],
            )


def cookie_of(desk: RunningDesk, email: str) -> str:
    person = HttpPerson(desk.url)
    person.sign_in(email, PASSWORD)
    return person.cookie("helpdesk")


def output_of(command: list[str], *, seconds: float) -> str:
    """What it says until its time is up."""
    try:
        return subprocess.run(command, timeout=seconds, capture_output=True, text=True, check=False).stdout
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode()


@pytest.mark.soak
@pytest.mark.parametrize("email", PEOPLE)
def test_wapiti_finds_nothing_that_is_not_explained(desk: RunningDesk, tmp_path: Path, email: str) -> None:
    if shutil.which("wapiti") is None:
        pytest.skip("Debian's package wapiti is not installed")
    cookies, report = tmp_path / "cookies.json", tmp_path / "report.json"
    held = {
        "helpdesk": {
            "value": cookie_of(desk, email),
            "version": 0,
            "expires": None,
            "secure": False,
            "port": None,
        }
    }
    cookies.write_text(json.dumps({"127.0.0.1": {"/": held}}))

    began = time.monotonic()
    subprocess.run(
        [
            *(
                "/usr/bin/python3",
                "-c",
                WAPITI,
                "--url",
                desk.url + PEOPLE[email],
                "--scope",
                "domain",
                "--cookie",
                str(cookies),
            ),
            *("--exclude", desk.url + "/logout*", "--exclude", desk.url + "/login*", "--module", ATTACKS),
            *(
                "--max-scan-time",
                str(SECONDS // 3),
                "--max-attack-time",
                str(SECONDS // 24),
                "--timeout",
                "20",
            ),
            *("--store-session", str(tmp_path / "session"), "--flush-session", "--no-bugreport"),
            *("--format", "json", "--output", str(report)),
        ],
        timeout=SECONDS * 2,
        check=True,
    )
    found = json.loads(report.read_text())
    said = [
        f"{kind}: {each['method']} {each['path']}: {each['info']}"
        for part in ("vulnerabilities", "anomalies")
        for kind, each_kind in found[part].items()
        for each in each_kind
    ]
    tally("seconds of wapiti", int(time.monotonic() - began))

    assert [each for each in said if not each.endswith(tuple(EXPLAINED))] == []
    assert desk.answers("/readyz")


@pytest.mark.soak
@pytest.mark.parametrize("email", PEOPLE)
def test_sqlmap_finds_nothing(desk: RunningDesk, tmp_path: Path, email: str) -> None:
    program = shutil.which("sqlmap")
    if program is None:
        pytest.skip("Debian's package sqlmap is not installed")
    cookie = cookie_of(desk, email)
    found = []
    for path in PARAMETERS[email]:
        out = tmp_path / f"out-{len(found)}-{abs(hash(path))}"
        command = [
            *(
                program,
                "--url",
                desk.url + path,
                "--cookie",
                f"helpdesk={cookie}",
                "--batch",
                "--flush-session",
            ),
            *(
                "--dbms",
                "PostgreSQL",
                "--level",
                "3",
                "--risk",
                "2",
                "--threads",
                "2",
                "--output-dir",
                str(out),
            ),
            *("--skip", "Cookie,User-Agent,Referer,Host", "--disable-coloring"),
        ]
        said = output_of(command, seconds=SECONDS / len(PARAMETERS[email]))
        assert "injection on GET parameter" in said, said[-2_000:]
        found += [log.read_text() for log in out.rglob("log")]  # what it could inject, and nothing else
    tally("addresses sqlmap attacked", len(PARAMETERS[email]))

    assert [each for each in found if each] == []
    assert desk.answers("/readyz")
