"""F05: the address in a mail is the desk's own, whatever the request claimed."""

import re

import pytest

from helpdesk.background.worker import run_waiting_jobs
from tests.support.browser import RAW_TOKEN

CLAIMS = [
    {"base_url": "http://evil.example"},
    {"headers": {"X-Forwarded-Host": "evil.example"}},
    {"headers": {"Forwarded": "host=evil.example"}},
    {"headers": {"Host": "evil.example:8000"}},
]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda each: str(next(iter(each.values()))))
@pytest.mark.parametrize("path", ["/recover", "/login/link"])
def test_F05_a_claim_sends_no_mail(app, as_nobody, capsys, path, claim):
    page = as_nobody.post(path, {"email": "carl@customer.example"}, **claim)
    capsys.readouterr()
    run_waiting_jobs(app)

    assert page.status == 400
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("host", ["desk.example", "localhost:8000", "127.0.0.1"])
@pytest.mark.parametrize("path", ["/recover", "/login/link"])
def test_F05_links_lead_to_the_desk(app, as_nobody, capsys, path, host):
    """Under whichever of its names it was asked."""
    base_url = f"http://{host}"
    with as_nobody.client.session_transaction(base_url=base_url) as session:
        session["csrf_token"] = RAW_TOKEN
    sent = {"email": "carl@customer.example", "csrf_token": as_nobody.csrf_token}
    assert as_nobody.client.post(path, data=sent, base_url=base_url).status_code == 303
    capsys.readouterr()
    run_waiting_jobs(app)

    assert set(re.findall(r"https?://[^/\s]+", capsys.readouterr().out)) == {"http://desk.example"}
