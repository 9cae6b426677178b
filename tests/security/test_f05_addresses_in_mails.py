"""F05: the address in a mail is the desk's own, whatever the request claimed."""

import re

import pytest

from helpdesk.background.worker import run_waiting_jobs

CLAIMS = [
    {"base_url": "http://evil.example"},
    {"headers": {"X-Forwarded-Host": "evil.example"}},
    {"headers": {"Forwarded": "host=evil.example"}},
    {"headers": {"Host": "evil.example:8000"}},
]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda each: str(next(iter(each.values()))))
@pytest.mark.parametrize("path", ["/recover", "/login/link"])
def test_F05_links_lead_to_the_desk(app, as_nobody, capsys, path, claim):
    as_nobody.post(path, {"email": "carl@customer.example"}, **claim)
    capsys.readouterr()
    run_waiting_jobs(app)
    shown = capsys.readouterr().out

    assert set(re.findall(r"https?://[^/\s]+", shown)) <= {"http://desk.example"}
    assert "evil" not in shown
